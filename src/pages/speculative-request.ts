import type { HttpRequest } from '../common/index.js';

/** Headers in which browsers say that they load a page before the user asked for it. */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

/** Returns whether no user asked for a page: a link preview or scanner sent a HEAD request, or a browser loads the page ahead of a click. */
export function isSpeculative({ method, headers }: Pick<HttpRequest, 'method' | 'headers'>): boolean {
  return (
    method === 'HEAD' || PURPOSE_HEADERS.some((name) => /^(?:prefetch|prerender|preview)\b/i.test(`${headers[name]}`))
  );
}
