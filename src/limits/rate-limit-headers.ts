import type { HttpReply } from '../common/index.js';
import { RateLimitedError, type Standing } from './limits.js';

/**
 * Says in an answer how a limit stands, as `RateLimit` and `RateLimit-Policy` have it (draft-ietf-httpapi-ratelimit-headers-10, sections 3
 * and 4): lists of structured fields, so that one answer can tell of several.
 *
 * @throws {RateLimitedError} the limit is exceeded
 */
export function applyLimit(reply: HttpReply, standing: Standing | undefined): void {
  if (!standing) return;
  const { name, quota, windowSeconds, remaining, resetSeconds } = standing;
  add(reply, 'ratelimit-policy', `"${name}";q=${quota};w=${windowSeconds}`);
  add(reply, 'ratelimit', `"${name}";r=${remaining};t=${resetSeconds}`);
  if (!standing.isExceeded) return;
  void reply.header('retry-after', String(resetSeconds));
  throw new RateLimitedError(standing);
}

function add(reply: HttpReply, name: string, item: string): void {
  const before = reply.getHeader(name);
  void reply.header(name, before === undefined ? item : `${String(before)}, ${item}`);
}
