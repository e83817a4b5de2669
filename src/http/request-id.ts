import { randomText } from '../common/index.js';

/** Returns the caller's own `X-Request-Id` if it is safe in a header and a log line, otherwise a new id. */
export function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomText(26);
}
