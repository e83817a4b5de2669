import type { EgressError, EgressErrorCode } from '../../egress/index.js';
import type { Concern, ResponseFacts, OAuthClient, OAuthSettings } from '../../oauth/index.js';
import type { ResponseDetails } from './response-details.js';

/** Facts about a step, from which the diagnosis is made. They contain no secrets. */
export interface Facts {
  phase: 'authorization' | 'callback' | 'token' | 'refresh' | 'key_check' | 'verification' | 'revocation';
  settings?: OAuthSettings & { hasSecret: boolean };
  /** Redirect URI of the action. */
  redirectUri?: string;
  /**
   * Reason why Countersign rejected the step: `no_state`, `unknown_state`, `expired`, `other_browser`, `ended`, `too_many_attempts`,
   * `iss_mismatch`, `iss_missing`, `no_code`, `connection_value_refused`, `user_mismatch`, `other_user` or `action_changed`. Others have no diagnosis.
   */
  rejection?: string;
  /** Error that the provider sent to the callback or in a token response, or the code of a `TokenError` without one. */
  error?: { code: string; description?: string; reason?: string; concern?: Concern };
  /** Error code that the provider sent, to be quoted in the diagnosis. */
  providerCode?: string;
  response?: ResponseFacts;
  /** Further properties of the response. */
  details?: ResponseDetails;
  /** Reason why there was no response. `reason` is that of the `EgressError`; `message` is our own and names only the host. */
  failure?: { code: EgressErrorCode; reason?: string; message: string };
  /** The granted tokens. `expiresIn` is in seconds. */
  granted?: { hasRefreshToken: boolean; expiresIn?: number; scope?: string; tokenType?: string };
  /** Difference between the response's `Date` header and our clock; positive if the provider's clock is ahead. */
  providerClock?: { skewSeconds: number };
}

/** Returns the facts about a client that are known before any request. Its secrets are left out. */
export function clientFacts(client: OAuthClient, phase: Facts['phase'], redirectUri?: string): Facts {
  const { client_secret, token_headers: _, ...settings } = client;
  return { phase, settings: { ...settings, hasSecret: client_secret !== undefined }, redirectUri };
}

/** Returns the facts about a request that got no response. */
export function networkFacts(phase: Facts['phase'], error: EgressError): Facts {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  return { phase, failure: { code: error.code, reason, message: error.message } };
}
