import type { HttpRequest } from '../common/index.js';

/**
 * Returns whether a form was submitted by a page of this server.
 *
 * Browsers without `Sec-Fetch-Site` are judged by `Origin`. Both are missing from clients that are not browsers. `null` is what the forms of
 * these pages send, because the pages forbid referrers (security rule C16); the cookie of the browser is not sent from other sites.
 */
export function isSameOriginForm({ headers }: Pick<HttpRequest, 'headers'>, publicUrl: string): boolean {
  const { 'sec-fetch-site': site, origin = 'null' } = headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === 'null' || origin === new URL(publicUrl).origin;
}
