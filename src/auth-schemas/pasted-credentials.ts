import { HIDDEN, parseUrl, type FieldError } from '../common/index.js';

/*
 * Credentials are pasted from web pages, mails and documents, which add to them. These functions remove what can only be an addition, and
 * reject what could be one. They never change a value that a provider can have issued; a password is the user's own and may contain anything
 * except control characters (RFC 7617, section 2).
 */

/** Characters without width: they are invisible, and no credential contains them. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

const CONTROL = /\p{Cc}/u;

/** Opening quotes and their closing counterparts. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '‘': '’',
  '«': '»',
};

/** The characters of identifiers and of most generated secrets, after a header or a scheme; quotes around them are not part of them. */
const UNQUOTED = /^(?:(?:[\w-]+: ?)?(?:Bearer|Basic) )?[\w.~+/=:@-]+$/i;

/** A header in front of its value. */
const HEADER_NAME = /^[A-Za-z][\w-]*:\s+(?=\S)/;

/** A text that stands for a value, such as `{tenant}`, `<your-tenant>` or `${TENANT}`. */
const BRACKETED = /\$?\{[^{}]*\}|<[^<>]*>|%7B.*?%7D/i;

/** Words that examples use for the reader's own value. */
const YOUR_OWN =
  /^(?:replace[-_ ]?(?:me|with)\b.*|(?:insert|enter)[-_ ](?:your[-_ ])?.*|your[-_ ]?(?:own[-_ ]?)?(?:tenant|(?:sub)?domain|org(?:ani[sz]ation)?|company|instance|client|app(?:lication)?|api|server|shop|store|account|site|workspace|realm|team|secret|token|key)(?:[-_ ]?(?:id|name|slug|url|secret|token|key|here))*)$/i;

/** Returns a text without surrounding blanks and line breaks, and without invisible characters. */
export function withoutBlanks(text: string): string {
  return text.replaceAll(INVISIBLE, '').replaceAll(/^[\s\p{Cc}]+|[\s\p{Cc}]+$/gu, '');
}

/** Returns an identifier, a secret or a URL without blanks, invisible characters, quotes and its own name: `Client ID: "abc"` is `abc`. */
export function withoutAdditions(text: string, name?: RegExp): string {
  if (text === HIDDEN) return text;
  const plain = withoutBlanks(text);
  const unnamed = name ? plain.replace(name, '') : plain;
  return withoutQuotes(withoutBlanks(unnamed));
}

/** Returns a scope without blanks at its ends, invisible characters and double quotes, which no scope contains (RFC 6749, section 3.3). */
export function cleanScope(text: string): string {
  return withoutBlanks(text)
    .replaceAll(/["“”„]/g, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

/** Returns a password without the line break that copying a line adds. */
export function cleanPassword(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

/** The place where a key is sent. */
export interface KeyPlace {
  auth_type: 'basic' | 'bearer' | 'custom';
  location: 'header' | 'query';
  custom_header_name?: string;
  parameter_name?: string;
}

/**
 * Returns a key without what is sent around it: `Authorization: Bearer abc` is `abc` for a bearer token, and `X-Key: abc` is `abc` for the
 * header X-Key.
 */
export function cleanKey(text: string, place: Partial<KeyPlace>): string {
  if (text === HIDDEN) return text;
  const { auth_type, location, custom_header_name: header, parameter_name: parameter } = place;
  let key = withoutAdditions(text);
  if (location === 'query') {
    return parameter ? withoutAdditions(withoutPrefix(key.replace(/^[?&]/, ''), `${parameter}=`)) : key;
  }
  if (auth_type === 'custom') return header ? withoutAdditions(withoutName(key, header)) : key;
  if (auth_type === undefined) return key;
  key = withoutName(key, 'Authorization');
  const scheme = auth_type === 'basic' ? /^Basic\s+(?=\S)/i : /^Bearer\s+(?=\S)/i;
  return withoutAdditions(key.replace(scheme, ''));
}

/** Says what is wrong with a key that still contains more than a key; `undefined` if nothing is. */
export function keyProblem(key: string, { auth_type, location }: Partial<KeyPlace>): string | undefined {
  if (key === HIDDEN) return undefined;
  if (CONTROL.test(key)) return 'contains control characters, such as a line break; paste it again without them';
  if (isPlaceholder(key)) return 'is a placeholder; replace it with the key';
  const isPair = auth_type === 'basic' && location !== 'query';
  if (/^Authorization\s*:/i.test(key) || (!isPair && HEADER_NAME.test(key)))
    return 'begins with the name of a header; send only the key';
  const isInCustomHeader = location !== 'query' && auth_type === 'custom';
  const [, scheme] = /^(Bearer|Basic)(?:\s|$)/i.exec(key) ?? [];
  if (scheme === undefined || isInCustomHeader) return undefined;
  return `begins with ${scheme}, which does not fit the schema; send only the key, or change auth_type and location`;
}

/** Says what is wrong with an identifier or a secret; `undefined` if nothing is. */
export function credentialProblem(text: string): string | undefined {
  if (text === HIDDEN) return undefined;
  if (CONTROL.test(text)) return 'contains control characters, such as a line break; paste it again without them';
  return isPlaceholder(text) ? "is a placeholder; replace it with the provider's value" : undefined;
}

/** Says what is wrong with a URL that was copied from an example; `undefined` if nothing is. */
export function urlProblem(url: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(url)) return 'contains blanks or line breaks; paste it again without them';
  const word = BRACKETED.exec(url)?.[0] ?? placeholderIn(url);
  return word === undefined
    ? undefined
    : `contains the placeholder ${word.slice(0, 60)}; replace it with your own value`;
}

/** Returns an error for a field if there is a problem. */
export function fieldErrors(field: string, problem: string | undefined): FieldError[] {
  return problem === undefined ? [] : [{ pointer: `/${field}`, message: `${field} ${problem}` }];
}

/** Finds a placeholder made of words in the labels of the host and in the path. A path can have a real `your-account`. */
function placeholderIn(url: string): string | undefined {
  const parsed = parseUrl(url);
  const labels = parsed?.hostname.split('.') ?? [];
  const segments = (parsed?.pathname.split('/') ?? []).filter(
    (part) => !/^your-(?:account|site|store|shop|team)$/.test(part),
  );
  return [...labels, ...segments].find((part) => YOUR_OWN.test(part));
}

/** Whether the whole text stands for a value. */
function isPlaceholder(text: string): boolean {
  const [bracketed] = BRACKETED.exec(text) ?? [];
  return bracketed === text || YOUR_OWN.test(text);
}

function withoutQuotes(text: string): string {
  const closing = QUOTES[text.charAt(0)];
  const inner = text.slice(1, -1);
  return closing !== undefined && text.length > 2 && text.endsWith(closing) && UNQUOTED.test(inner) ? inner : text;
}

function withoutName(text: string, header: string): string {
  return withoutPrefix(text, `${header}:`, (rest) => rest.trimStart());
}

/** Removes a prefix, in any case, unless nothing follows. */
function withoutPrefix(text: string, prefix: string, tidy = (rest: string) => rest): string {
  const rest = text.slice(prefix.length);
  return text.toLowerCase().startsWith(prefix.toLowerCase()) && rest.trim() !== '' ? tidy(rest) : text;
}
