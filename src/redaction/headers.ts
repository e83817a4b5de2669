import { LRUCache } from 'lru-cache';
import { HIDDEN, type Hide } from '../common/index.js';
import { cut, tidy } from './mask.js';
import { foreignUrl, prose, shown } from './values.js';

/** Headers as they come from a request or an answer. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const MAX_VALUE = 150;
const MAX_LOCATION = 500;

const PLAIN = new Set(
  `accept allow cache-control content-encoding content-length content-type date retry-after server user-agent`.split(
    ' ',
  ),
);

/** What a provider's support asks for. */
const REQUEST_IDS = new Set(
  `cf-ray request-id x-correlation-id x-github-request-id x-ms-request-id x-okta-request-id x-request-id x-slack-req-id`.split(
    ' ',
  ),
);

/** What has been made of the values that servers repeat with every answer. Their `Date` changes once in a second. */
const SEEN = new LRUCache<string, string>({ max: 500 });

/** The headers that tell something and give nothing away; all others are left out. */
export function safeHeaders(headers: Headers, hide: Hide): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), [value ?? []].flat().join(', ')] as const,
  );
  const safe = entries.map(([name, value]) => [name, safeHeader(name, value, hide)] as const);
  return Object.fromEntries(safe.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function safeHeader(name: string, value: string, hide: Hide): string | undefined {
  if (name === 'authorization') return authorization(value);
  if (name === 'location') return cut(hide(foreignUrl(value, hide)), MAX_LOCATION);
  const text = safeText(name, value, hide);
  // Headers are Latin-1 at best.
  return text === undefined ? undefined : cut(hide(text.replaceAll(/[^\x20-\x7e]/g, '?')), MAX_VALUE);
}

function safeText(name: string, value: string, hide: Hide): string | undefined {
  if (PLAIN.has(name)) return hide(value) === value ? plainProse(value) : prose(value, hide);
  if (REQUEST_IDS.has(name)) return /^[\w.:-]{1,64}$/.test(value) && !value.startsWith('eyJ') ? hide(value) : HIDDEN;
  return name === 'www-authenticate' ? challenges(value, hide) : undefined;
}

/** Of a value without known secrets. */
function plainProse(value: string): string {
  if (value.length > MAX_VALUE) return prose(value, (text) => text);
  const seen = SEEN.get(value) ?? prose(value, (text) => text);
  SEEN.set(value, seen);
  return seen;
}

function authorization(value: string): string {
  const scheme = /^(Basic|Bearer|DPoP)\s/i.exec(value)?.[1];
  return scheme ? `${scheme} ${HIDDEN}` : HIDDEN;
}

/** Schemes and the parameters of RFC 6750, section 3, out of a `WWW-Authenticate` header. */
function challenges(value: string, hide: Hide): string {
  const parts = value.matchAll(
    /([\w-]+)\s?=\s?(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|\b(Basic|Bearer|Digest|DPoP|Negotiate)\b/gi,
  );
  const texts = [...parts].map(([, name, quoted, bare, scheme]) => {
    if (scheme || !name) return scheme ?? '';
    const text = tidy(quoted ?? bare ?? '');
    if (name.toLowerCase() === 'realm') return `realm="${prose(text, hide)}"`;
    return /^(?:error|error_description|scope)$/i.test(name) ? `${name}="${shown(name, text, hide)}"` : '';
  });
  return texts.filter(Boolean).join(' ');
}
