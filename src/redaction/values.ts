import { HIDDEN, type Hide } from '../common/index.js';
import { isErrorCode, isPlain, isWordy, maskAddresses, maskScopes, maskSegment, maskTokens, tidy } from './mask.js';
import { isSecretName, kindOf, safeName } from './names.js';

/** Ids in the paths of URLs that were configured: a UUID has 36 characters, a callback's id 28. A sign-in link's secret has 43. */
const CONFIGURED_ID = 39;

/** In a URL that somebody else made up. */
const FOREIGN_ID = 19;

/** No request or answer of a flow has more. The rest is left out. */
const MAX_PAIRS = 60;

/** The value of a parameter or field, as far as it may be shown. */
export function shown(name: string, value: string, hide: Hide): string {
  if (/^(?:true|false|null|)$/.test(value)) return value;
  switch (kindOf(name)) {
    case 'id':
      return tidy(hide(value));
    case 'scope':
      return maskScopes(tidy(hide(value)));
    case 'url':
      return /^https?:\/\//i.test(value) ? configuredUrl(value, hide) : prose(value, hide);
    case 'prose':
      return prose(value, hide);
    case 'time':
      return /^[\d:TZ.+ -]{1,30}$/.test(value) ? hide(value) : HIDDEN;
    default:
      return HIDDEN;
  }
}

/** Words that somebody else wrote: without the known secrets, and without what looks like a token or an address. */
export function prose(text: string, hide: Hide): string {
  const plain = tidy(hide(text));
  if (isWordy(plain) || isPlain(plain)) return plain;
  // Every second part is a URL.
  const parts = maskAddresses(plain).split(/(https?:\/\/[^\s"'<>()]+)/i);
  return parts.map((part, at) => (at % 2 ? foreignUrl(part, hide) : maskTokens(maskPairs(part)))).join('');
}

/** A URL of the settings, or one that is called. */
export function configuredUrl(text: string, hide: Hide): string {
  return safeUrl(text, hide, CONFIGURED_ID);
}

/** A URL out of an answer. */
export function foreignUrl(text: string, hide: Hide): string {
  return safeUrl(text, hide, FOREIGN_ID);
}

/** A query or a form: every value hidden but those of well-known names. */
export function safePairs(text: string, hide: Hide): string {
  return text
    .split('&', MAX_PAIRS)
    .map((pair) => safePair(pair, hide))
    .join('&');
}

function safePair(pair: string, hide: Hide): string {
  const [entry] = new URLSearchParams(pair);
  if (!entry) return '';
  const [name, value] = entry;
  const raw = pair.slice(pair.indexOf('=') + 1);
  if (!pair.includes('=')) return HIDDEN;
  const safe = shown(name, value, hide);
  return `${safeName(name)}=${safe === value ? raw : safe.replaceAll(/[\s&#]/g, encodeURIComponent)}`;
}

function safeUrl(text: string, hide: Hide, longestId: number): string {
  const [, start = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  const [, authority = '', path = ''] = /^((?:[a-z][\w+.-]*:)?\/\/[^/]*)?(.*)$/is.exec(start) ?? [];
  const server = hide(authority.replace(/\/\/.*@/s, `//${HIDDEN}@`));
  const segments = path.split('/').map((segment) => safeSegment(segment, hide, longestId));
  const safeQuery = query === undefined ? '' : `?${safePairs(query, hide)}`;
  return tidy(
    `${server}${segments.join('/')}${safeQuery}${fragment ? `#${isWordy(fragment) ? hide(fragment) : HIDDEN}` : ''}`,
  );
}

function safeSegment(segment: string, hide: Hide, longestId: number): string {
  // What follows a semicolon is a parameter, as in `;jsessionid=…`.
  const [name = '', ...parameters] = hide(segment).split(';');
  return [maskSegment(name, longestId), ...parameters.map(() => HIDDEN)].join(';');
}

/** In text that is neither a form nor JSON: values that stand beside the name of a secret, and those in the queries of links. */
function maskPairs(text: string): string {
  return text
    .replaceAll(/([?&](?:amp;)?)([\w.-]{1,60})=([^&\s"'<>#]*)/g, (whole, mark: string, name: string) =>
      kindOf(name) && kindOf(name) !== 'code' ? whole : `${mark}${name}=${HIDDEN}`,
    )
    .replaceAll(
      /(?<![\w.-])([\w.-]{1,60})(["']?\s?(?:=>?|:|>)\s?["']?)([^\s"'<>&,;]+)/g,
      (whole, name: string, mark: string, value: string) =>
        standsForSecret(name, value) ? `${name}${mark}${HIDDEN}` : whole,
    );
}

function standsForSecret(name: string, value: string): boolean {
  const kind = kindOf(name);
  return kind === 'code' ? !isErrorCode(value) : kind === undefined && isSecretName(name);
}
