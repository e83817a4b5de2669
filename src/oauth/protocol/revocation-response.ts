import { TokenError } from './errors.js';
import { isTemporaryStatus } from './rejection.js';
import { looksLike } from './body-format.js';

/** An error code of RFC 6749, section 5.2, or of the provider's own. Other texts, which may contain the token, are not passed on. */
const CODE = /^[\w.-]{1,64}$/;

/** The codes that providers use for an invalid token, where RFC 7009, section 2.2, asks for status 200. */
const ALREADY_INVALID = ['invalid_grant', 'invalid_token'];

/**
 * Checks the response of a revocation endpoint (RFC 7009, section 2.2). Returns if the token is invalid now, even if it never was valid.
 *
 * @param retryAfterMs the delay that a busy server asks for (RFC 7009, section 2.2.1)
 * @param redact masks the secrets of the request, which the server may repeat as its error code
 * @throws {TokenError} `unavailable`: the token may still be valid, retry later; `refused`: the provider responded with an OAuth error,
 *   and `code` is the provider's, or `refused` if it sent some other text;
 *   `unreadable`: the response is not one of a revocation endpoint
 */
export function checkRevocationResponse(
  { status, body }: { status: number; body: string },
  retryAfterMs?: number,
  redact: (text: string) => string = (text) => text,
): void {
  if (status < 300) return;
  const code = errorOf(body) ?? (status === 401 ? 'invalid_client' : undefined);
  const isBusy = isTemporaryStatus(status);
  if (!isBusy && code !== undefined && ALREADY_INVALID.includes(code)) return;
  const error = errorFor(isBusy, code, `the revocation URL answered with status ${status}`, redact);
  error.response = { status, looksLike: looksLike(body), retryAfterMs };
  throw error;
}

function errorFor(
  isBusy: boolean,
  code: string | undefined,
  message: string,
  redact: (text: string) => string,
): TokenError {
  if (isBusy) return new TokenError('unavailable', 'provider_unavailable', message);
  if (code === undefined) return new TokenError('unreadable', 'unreadable_answer', message);
  const isShown = CODE.test(code) && redact(code) === code;
  return new TokenError('refused', isShown ? code : 'refused', message);
}

function errorOf(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined; // The body is not JSON, so it names no error.
  }
}
