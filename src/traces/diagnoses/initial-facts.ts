import type { EgressError } from '../../egress/index.js';
import type { OAuthClient } from '../../oauth/index.js';
import type { Facts } from './diagnosis.js';

/** What is known before anything is asked: the settings, without their secret. */
export function factsOf(
  { client_secret, ...settings }: OAuthClient,
  phase: Facts['phase'],
  redirectUri?: string,
): Facts {
  return { phase, settings: { ...settings, hasSecret: client_secret !== undefined }, redirectUri };
}

/** There was no answer. */
export function networkFacts(phase: Facts['phase'], error: EgressError): Facts {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  return { phase, failure: { code: error.code, reason, message: error.message } };
}
