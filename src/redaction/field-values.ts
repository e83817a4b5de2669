import { HIDDEN, type Redact } from '../common/index.js';
import {
  isErrorCode,
  isPlain,
  isWordy,
  maskAddresses,
  maskScopes,
  maskSegment,
  maskTokens,
  toSingleLine,
} from './mask.js';
import { isSecretName, kindOf, redactFieldName } from './field-kinds.js';

/** Maximum length of ids in paths of configured URLs. A UUID has 36 characters, a callback id 28; the secret of a sign-in link has 43. */
const MAX_CONFIGURED_ID_LENGTH = 39;

/** Maximum length of ids in paths of other URLs. */
const MAX_FOREIGN_ID_LENGTH = 19;

/** Maximum number of name-value pairs. Real requests and responses have fewer; the rest is left out. */
const MAX_PAIRS = 60;

/** Redacts the value of a parameter or field by its name. */
export function redactFieldValue(name: string, value: string, redact: Redact): string {
  if (/^(?:true|false|null|)$/.test(value)) return value;
  switch (kindOf(name)) {
    case 'id':
      return toSingleLine(redact(value));
    case 'scope':
      return maskScopes(toSingleLine(redact(value)));
    case 'url':
      return /^https?:\/\//i.test(value) ? redactConfiguredUrl(value, redact) : redactProse(value, redact);
    case 'prose':
      return redactProse(value, redact);
    case 'time':
      return /^[\d:TZ.+ -]{1,30}$/.test(value) ? redact(value) : HIDDEN;
    default:
      return HIDDEN;
  }
}

/** Redacts text from a provider: hides known secrets, text that looks like a token, and email addresses. */
export function redactProse(text: string, redact: Redact): string {
  const plain = toSingleLine(redact(text));
  if (isWordy(plain) || isPlain(plain)) return plain;
  // Odd parts are URLs.
  const parts = maskAddresses(plain).split(/(https?:\/\/[^\s"'<>()]+)/i);
  return parts.map((part, at) => (at % 2 ? redactForeignUrl(part, redact) : maskTokens(maskPairs(part)))).join('');
}

/** Redacts a URL of the settings, or one that is requested. */
export function redactConfiguredUrl(text: string, redact: Redact): string {
  return redactUrl(text, redact, MAX_CONFIGURED_ID_LENGTH);
}

/** Redacts a URL from a response. */
export function redactForeignUrl(text: string, redact: Redact): string {
  return redactUrl(text, redact, MAX_FOREIGN_ID_LENGTH);
}

/** Redacts a query or a form: hides all values except those of well-known names. */
export function redactPairs(text: string, redact: Redact): string {
  return text
    .split('&', MAX_PAIRS)
    .map((pair) => redactPair(pair, redact))
    .join('&');
}

function redactPair(pair: string, redact: Redact): string {
  const [entry] = new URLSearchParams(pair);
  if (!entry) return '';
  const [name, value] = entry;
  const raw = pair.slice(pair.indexOf('=') + 1);
  if (!pair.includes('=')) return HIDDEN;
  const redacted = redactFieldValue(name, value, redact);
  return `${redactFieldName(name)}=${redacted === value ? raw : redacted.replaceAll(/[\s&#]/g, encodeURIComponent)}`;
}

function redactUrl(text: string, redact: Redact, maxIdLength: number): string {
  const [, start = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  const [, authority = '', path = ''] = /^((?:[a-z][\w+.-]*:)?\/\/[^/]*)?(.*)$/is.exec(start) ?? [];
  const server = redact(authority.replace(/\/\/.*@/s, `//${HIDDEN}@`));
  const segments = path.split('/').map((segment) => redactSegment(segment, redact, maxIdLength));
  const redactedQuery = query === undefined ? '' : `?${redactPairs(query, redact)}`;
  return toSingleLine(
    `${server}${segments.join('/')}${redactedQuery}${fragment ? `#${isWordy(fragment) ? redact(fragment) : HIDDEN}` : ''}`,
  );
}

function redactSegment(segment: string, redact: Redact, maxIdLength: number): string {
  // A semicolon starts a parameter, as in `;jsessionid=…`.
  const [name = '', ...parameters] = redact(segment).split(';');
  return [maskSegment(name, maxIdLength), ...parameters.map(() => HIDDEN)].join(';');
}

/** Hides values next to the name of a secret, and values in the queries of links, in text that is neither a form nor JSON. */
function maskPairs(text: string): string {
  return text
    .replaceAll(/([?&](?:amp;)?)([\w.-]{1,60})=([^&\s"'<>#]*)/g, (whole, mark: string, name: string) =>
      kindOf(name) && kindOf(name) !== 'code' ? whole : `${mark}${name}=${HIDDEN}`,
    )
    .replaceAll(
      /(?<![\w.-])([\w.-]{1,60})(["']?\s?(?:=>?|:|>)\s?["']?)([^\s"'<>&,;]+)/g,
      (whole, name: string, mark: string, value: string) =>
        isSecretPair(name, value) ? `${name}${mark}${HIDDEN}` : whole,
    );
}

function isSecretPair(name: string, value: string): boolean {
  const kind = kindOf(name);
  return kind === 'code' ? !isErrorCode(value) : kind === undefined && isSecretName(name);
}
