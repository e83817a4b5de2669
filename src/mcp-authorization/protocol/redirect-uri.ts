import { parseUrl } from '../../common/index.js';

/** The size that pages and databases are prepared for. */
const MAX_CHARACTERS = 2000;

/** A URI of visible ASCII characters (RFC 3986) with a scheme; without backslashes and quotes, which parsers read differently. */
const URI = /^[a-z][a-z0-9+.-]*:[!#-&(-;=?-[\]_a-z~]+$/i;

/** `.` or `..` as a path segment, also percent-encoded. URL parsers remove them, so that the browser would go elsewhere. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/** A redirect URI on the user's device. Hosts are compared as written: `127.0.0.1` is not `localhost`. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?((?:[/?].*)?)$/;

/** Schemes that no application registers for itself: browsers handle them, or run what they hold. */
const RESERVED_SCHEMES = new Set(
  (
    'about blob chrome chrome-extension data file filesystem ftp http intent javascript ' +
    'mailto moz-extension ms-appinstaller resource sms tel urn vbscript view-source ws wss'
  )
    .split(' ')
    .map((name) => `${name}:`),
);

/**
 * Returns why a redirect URI cannot be registered; `undefined` if it can. Allowed are https, http on loopback (RFC 8252, section 7.3) and
 * private-use schemes (section 7.1), without a fragment (RFC 6749, section 3.1.2), user information or dot segments.
 */
export function redirectUriProblem(uri: string): string | undefined {
  if (uri.length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (uri.includes('#')) return 'has a fragment';
  const url = URI.test(uri) ? parseUrl(uri) : undefined;
  if (!url) return 'is not an absolute URI';
  if (DOT_SEGMENT.test(uri.split('?')[0] ?? '')) return 'has dot segments in its path';
  if (url.username !== '' || url.password !== '' || /^[^/]+\/\/[^/?]*@/.test(uri)) return 'has user information';
  if (url.protocol === 'https:') return /^https:\/\/[^/?]/.test(uri) ? undefined : 'has no host after https://';
  if (LOOPBACK.test(uri)) return undefined;
  if (url.protocol === 'http:') return 'uses http on a host that is not 127.0.0.1, [::1] or localhost';
  return RESERVED_SCHEMES.has(url.protocol) ? `uses the scheme ${url.protocol}` : undefined;
}

/** Returns whether a redirect URI leads to the user's device by its address. */
export function isLoopbackRedirect(uri: string): boolean {
  return LOOPBACK.test(uri);
}

/** Compares redirect URIs as strings (RFC 9700, section 4.1.3). Only the port of a loopback address may differ (RFC 8252, section 7.3). */
export function isSameRedirectUri(registered: string, given: string): boolean {
  if (registered === given) return true;
  const [left, right] = [LOOPBACK.exec(registered), LOOPBACK.exec(given)];
  return left !== null && right !== null && left[1] === right[1] && left[2] === right[2];
}

/** Returns where a redirect URI leads, for people: its host, or the scheme of an application. */
export function redirectTarget(uri: string): string {
  const { protocol, host } = new URL(uri);
  return protocol === 'https:' || isLoopbackRedirect(uri) ? host : protocol;
}

/** Returns the source expression of the Content Security Policy that allows a form to redirect to the URI; empty for https. */
export function formTargetOf(uri: string): string {
  const { protocol, origin, hostname } = new URL(uri);
  if (protocol === 'https:') return '';
  // A source expression cannot name an IPv6 address (CSP3, section 2.3.1).
  return protocol === 'http:' && !hostname.startsWith('[') ? origin : protocol;
}

/** Appends response parameters to a redirect URI as it is written. Parameters without a value are left out. */
export function redirectWith(uri: string, parameters: Record<string, string | null | undefined>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`;
}
