import type { HttpReply } from '../common/index.js';
import { RateLimitedError, type RateLimitState } from './limits.js';

/**
 * Adds `RateLimit` and `RateLimit-Policy` to a response (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4). Both are lists of
 * structured fields, so that a response can report several limits.
 *
 * @throws {RateLimitedError} the limit is exceeded
 */
export function applyLimit(reply: HttpReply, state: RateLimitState | undefined): void {
  if (!state) return;
  const { name, quota, windowSeconds, remaining, resetSeconds } = state;
  appendHeader(reply, 'ratelimit-policy', `"${name}";q=${quota};w=${windowSeconds}`);
  appendHeader(reply, 'ratelimit', `"${name}";r=${remaining};t=${resetSeconds}`);
  if (!state.isExceeded) return;
  void reply.header('retry-after', String(resetSeconds));
  throw new RateLimitedError(state);
}

function appendHeader(reply: HttpReply, name: string, item: string): void {
  const previous = reply.getHeader(name);
  void reply.header(name, previous === undefined ? item : `${String(previous)}, ${item}`);
}
