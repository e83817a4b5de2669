import { LRUCache } from 'lru-cache';
import { HIDDEN, type Redact } from '../common/index.js';
import { truncate, toSingleLine } from './mask.js';
import { redactForeignUrl, redactProse, redactFieldValue } from './field-values.js';

/** Headers of a request or a response. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const MAX_VALUE = 150;
const MAX_LOCATION = 500;

/** Headers whose values are shown. */
const PLAIN = new Set(
  `accept allow cache-control content-encoding content-length content-type date retry-after server user-agent`.split(
    ' ',
  ),
);

/** Request ids that a provider's support asks for. */
const REQUEST_IDS = new Set(
  `cf-ray request-id x-correlation-id x-github-request-id x-ms-request-id x-okta-request-id x-request-id x-slack-req-id`.split(
    ' ',
  ),
);

/** Redacted values by original, because servers repeat the same values with every response. */
const REDACTED_VALUES = new LRUCache<string, string>({ max: 500 });

/** Returns the headers that are useful and not secret, redacted. All others are left out. */
export function redactHeaders(headers: Headers, redact: Redact): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), [value ?? []].flat().join(', ')] as const,
  );
  const redacted = entries.map(([name, value]) => [name, redactHeader(name, value, redact)] as const);
  return Object.fromEntries(redacted.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function redactHeader(name: string, value: string, redact: Redact): string | undefined {
  if (name === 'authorization') return redactAuthorization(value);
  if (name === 'location') return truncate(redact(redactForeignUrl(value, redact)), MAX_LOCATION);
  const text = redactByName(name, value, redact);
  // Headers are Latin-1 or ASCII; other characters are replaced.
  return text === undefined ? undefined : truncate(redact(text.replaceAll(/[^\x20-\x7e]/g, '?')), MAX_VALUE);
}

function redactByName(name: string, value: string, redact: Redact): string | undefined {
  if (PLAIN.has(name)) return redact(value) === value ? redactCached(value) : redactProse(value, redact);
  if (REQUEST_IDS.has(name)) return /^[\w.:-]{1,64}$/.test(value) && !value.startsWith('eyJ') ? redact(value) : HIDDEN;
  return name === 'www-authenticate' ? redactChallenges(value, redact) : undefined;
}

/** Redacts a value that contains no known secrets. */
function redactCached(value: string): string {
  if (value.length > MAX_VALUE) return redactProse(value, (text) => text);
  const redacted = REDACTED_VALUES.get(value) ?? redactProse(value, (text) => text);
  REDACTED_VALUES.set(value, redacted);
  return redacted;
}

function redactAuthorization(value: string): string {
  const scheme = /^(Basic|Bearer|DPoP)\s/i.exec(value)?.[1];
  return scheme ? `${scheme} ${HIDDEN}` : HIDDEN;
}

/** Returns the schemes and the parameters of RFC 6750, section 3, of a `WWW-Authenticate` header. */
function redactChallenges(value: string, redact: Redact): string {
  const parts = value.matchAll(
    /([\w-]+)\s?=\s?(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|\b(Basic|Bearer|Digest|DPoP|Negotiate)\b/gi,
  );
  const texts = [...parts].map(([, name, quoted, bare, scheme]) => {
    if (scheme || !name) return scheme ?? '';
    const text = toSingleLine(quoted ?? bare ?? '');
    if (name.toLowerCase() === 'realm') return `realm="${redactProse(text, redact)}"`;
    return /^(?:error|error_description|scope)$/i.test(name) ? `${name}="${redactFieldValue(name, text, redact)}"` : '';
  });
  return texts.filter(Boolean).join(' ');
}
