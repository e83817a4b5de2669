import { TokenError } from './errors.js';
import { looksLike } from './body-format.js';

/** The standard error codes (RFC 6749, section 5.2; RFC 7009, section 2.2.1; RFC 6750, section 3.1). Other values are not passed on. */
const CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_token',
  'unauthorized_client',
  'unsupported_token_type',
];

/** The codes that providers use for an invalid token, where RFC 7009, section 2.2, asks for status 200. */
const ALREADY_INVALID = ['invalid_grant', 'invalid_token'];

/**
 * Checks the response of a revocation endpoint (RFC 7009, section 2.2). Returns if the token is invalid now, even if it never was valid.
 *
 * @param retryAfterMs the delay that a busy server asks for (RFC 7009, section 2.2.1)
 * @throws {TokenError} `unavailable`: the token may still be valid, retry later; `refused`: the provider responded with an OAuth error;
 *   `unreadable`: the response is not one of a revocation endpoint
 */
export function checkRevocationResponse(
  { status, body }: { status: number; body: string },
  retryAfterMs?: number,
): void {
  if (status < 300) return;
  const message = `the revocation URL answered with status ${status}`;
  if (status >= 500 || status === 429 || status === 408) {
    const error = new TokenError('unavailable', 'provider_unavailable', message);
    error.response = { status, looksLike: looksLike(body), retryAfterMs };
    throw error;
  }
  const code = errorOf(body) ?? (status === 401 ? 'invalid_client' : undefined);
  if (code === undefined) throw new TokenError('unreadable', 'unreadable_answer', message);
  if (ALREADY_INVALID.includes(code)) return;
  throw new TokenError('refused', CODES.includes(code) ? code : 'refused', message);
}

function errorOf(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined; // The body is not JSON, so it names no error.
  }
}
