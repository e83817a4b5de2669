import { CountersignError } from '../common/index.js';
import { SignInRequiredError, type Credential } from '../credentials/index.js';
import type { EgressResponse } from '../egress/index.js';
import type { Call } from './call.js';
import type { Notice } from './call.dto.js';

const INVALID_TOKEN = /\berror\s*=\s*"?invalid_token\b/i;
const INSUFFICIENT_SCOPE = /\berror\s*=\s*"?insufficient_scope\b/i;

/** Tells whether the upstream rejects the credential: with 401, `invalid_token` (RFC 6750, section 3.1), or as the schema describes. */
export function isCredentialRejected(response: EgressResponse, credential: Credential): boolean {
  const challenge = response.headers['www-authenticate'];
  if (challenge !== undefined && INVALID_TOKEN.test(challenge)) return true;
  if (response.status === 401) return !isInsufficientScope(response);
  return credential.isRejectedBy?.(response) ?? false;
}

/** Tells whether the token lacks a scope (RFC 6750, section 3.1). Some APIs say so with 401. */
export function isInsufficientScope({ status, headers }: EgressResponse): boolean {
  return (status === 403 || status === 401) && INSUFFICIENT_SCOPE.test(headers['www-authenticate'] ?? '');
}

/**
 * Tells whether a call can be sent again: the upstream rejected it with 401 before it had an effect, or the method is safe (RFC 9110, section
 * 9.2.1), or the document says that the operation has no consequences.
 */
export function canRepeat({ operation }: Call, { status }: EgressResponse): boolean {
  return status === 401 || ['GET', 'HEAD'].includes(operation.method) || !operation.isConsequential;
}

/** Renews a credential for the next call, and returns what the caller should know about it. */
export async function renewForNextCall(renew: NonNullable<Credential['renew']>): Promise<Notice[]> {
  try {
    return (await renew()) ? notice('it was refreshed, so that the call can be repeated if it had no effect') : [];
  } catch (error) {
    if (error instanceof SignInRequiredError) return notice('the next call asks the user to sign in again');
    if (!(error instanceof CountersignError)) throw error;
    return notice(error.message);
  }
}

function notice(text: string): Notice[] {
  return [{ pointer: '/response/status', message: `the API rejected the access token: ${text}` }];
}
