import type { HttpRequest } from '../common/index.js';

/** Whether a form can have been sent by a page of ours. Browsers that say where it came from must say that it came from here. */
export function isFromOurPage({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';
}
