import { TokenError } from './errors.js';
import { looksLike } from './token-answer.js';

/** What may be said of a request (RFC 6749, 5.2; RFC 7009, 2.2.1; RFC 6750, 3.1). Other words are the provider's own and go nowhere. */
const CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_token',
  'unauthorized_client',
  'unsupported_token_type',
];

/** What providers call a token that is over, where the standard wants them to say 200 (RFC 7009, 2.2). */
const OVER = ['invalid_grant', 'invalid_token'];

/**
 * Reads a revocation endpoint's answer (RFC 7009, 2.2): 200 says that the token is good no more, also where it never was.
 *
 * @param retryAfterMs how long a server that is busy wants to be left alone (RFC 7009, 2.2.1)
 * @throws {TokenError} `unavailable`: the token may still be good, ask again later; `refused`, with OAuth's code;
 *   `unreadable`: this is no answer of a revocation endpoint
 */
export function checkRevocationAnswer({ status, body }: { status: number; body: string }, retryAfterMs?: number): void {
  if (status < 300) return;
  const message = `the revocation URL answered with status ${status}`;
  if (status >= 500 || status === 429 || status === 408) {
    const error = new TokenError('unavailable', 'provider_unavailable', message);
    error.answer = { status, looksLike: looksLike(body), retryAfterMs };
    throw error;
  }
  const code = errorOf(body) ?? (status === 401 ? 'invalid_client' : undefined);
  if (code === undefined) throw new TokenError('unreadable', 'unreadable_answer', message);
  if (OVER.includes(code)) return;
  throw new TokenError('refused', CODES.includes(code) ? code : 'refused', message);
}

function errorOf(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined; // a page, or nothing
  }
}
