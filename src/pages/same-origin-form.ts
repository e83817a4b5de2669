import type { HttpRequest } from '../common/index.js';

/** Returns whether a form was submitted by a page of this server. Browsers without `Sec-Fetch-Site` pass. */
export function isSameOriginForm({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';
}
