import { parseUrl } from '../common/index.js';
import { EgressDeniedError } from './errors/egress-error.js';
import type { EgressResponse } from './exchange/exchange.js';
import { removeSecretHeaders } from './exchange/request-head.js';
import { parseTarget, type Target } from './policy/url-policy.js';

/** One request of a redirect chain. */
export interface Hop {
  readonly url: URL;
  readonly target: Target;
  readonly headers: string[];
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Returns the location of a redirect, which may be relative or invalid; `undefined` if the response is no redirect. */
export function redirectLocation({ status, headers }: Pick<EgressResponse, 'status' | 'headers'>): string | undefined {
  return REDIRECTS.has(status) ? headers['location'] : undefined;
}

/** @throws {EgressDeniedError} `redirect`: the location is denied */
export function nextHop(first: Hop, from: Hop, location: string): Hop {
  try {
    const to = parseTarget(location, from.url);
    to.url.hash = '';
    return { ...to, headers: to.url.origin === from.url.origin ? from.headers : removeSecretHeaders(from.headers) };
  } catch (error) {
    throw redirectError(first, error);
  }
}

/**
 * @param decide returns the URL to request for a location at the same origin; `undefined` if it is not to be followed
 * @returns `undefined` if the redirect leads elsewhere or is not to be followed
 */
export function hopWithinOrigin(
  from: Hop,
  location: string,
  decide: (location: URL) => string | undefined,
): Hop | undefined {
  const to = parseUrl(location, from.url);
  if (to?.origin !== from.url.origin || to.username !== '' || to.password !== '') return undefined;
  to.hash = '';
  const url = decide(to);
  if (url === undefined) return undefined;
  const next = parseTarget(url);
  if (next.url.origin !== from.url.origin) throw new TypeError('a redirect within the origin must not leave it');
  return { ...next, headers: from.headers };
}

export function redirectError(first: Hop, error: unknown): unknown {
  if (!(error instanceof EgressDeniedError)) return error;
  const message = `${first.target.host} redirects to a blocked address: ${error.message}`;
  return new EgressDeniedError(error.host, 'redirect', message, error.allowEntry);
}
