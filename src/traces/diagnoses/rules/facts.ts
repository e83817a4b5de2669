import type { EgressErrorCode } from '../../../egress/index.js';
import type { OAuthSettings, ResponseFacts } from '../../../oauth/index.js';
import type { AnswerDetails } from '../answer-details.js';

/** What is known of a step: enough to say what is wrong. It holds no secret. */
export interface Facts {
  phase: 'authorization' | 'callback' | 'token' | 'refresh' | 'key_check' | 'verification' | 'revocation';
  settings?: OAuthSettings & { hasSecret: boolean };
  /** The redirect URI of the action. */
  redirectUri?: string;
  /**
   * Why it was we who stopped: `no_state`, `unknown_state`, `used`, `expired`, `other_browser`, `ended`, `too_many_attempts`,
   * `iss_mismatch`, `iss_missing`, `no_code`, `user_mismatch`, `action_changed`. Others are not recognized.
   */
  refusal?: string;
  /** The provider's own words, at the callback or in a token answer; or the code of the `TokenError` that stands for none. */
  error?: { code: string; description?: string };
  /** The error code that the provider itself gave, to be quoted. */
  said?: string;
  answer?: ResponseFacts;
  /** What else the answer tells. */
  details?: AnswerDetails;
  /** There was no answer. `reason` is that of the `EgressError`; `message` is our own and names the host only. */
  failure?: { code: EgressErrorCode; reason?: string; message: string };
  /** `expiresIn` in seconds. */
  granted?: { hasRefreshToken: boolean; expiresIn?: number; scope?: string; tokenType?: string };
  /** By the `Date` of the answer: positive where the provider is ahead. */
  providerClock?: { skewSeconds: number };
}
