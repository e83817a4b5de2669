import { isForm } from './body-format.js';
import { isFields, resolvePointer, type Fields } from './token-body.js';

/** What an error response says. */
export interface ErrorTexts {
  /** The provider's error code, as it wrote it. */
  readonly code?: string;
  /** The provider's description of the error. */
  readonly description?: string;
  /** Every code, in lower case and with spaces between its words, the most important first. */
  readonly codes: readonly string[];
  /** Every text, normalized like the codes. */
  readonly sentences: readonly string[];
  /** The texts of each object together, as `refresh token invalid` for `{"field":"refresh_token","code":"invalid"}`. */
  readonly objects: readonly string[];
  /** Whether a member says that the response is an error, such as `error`, or `ok` with `false`. */
  readonly isError: boolean;
}

const MAX_DEPTH = 6;
const MAX_TEXTS = 100;
const MAX_TEXT_LENGTH = 500;

/** Members that describe an error. Others, such as tokens, are never read. */
const DESCRIBES =
  /err|fault|fail|exception|message|msg|reason|detail|hint|descr|title|code|status|cause|problem|^(?:type|info|text|fields?|param\w*|property|name|resource|source|pointer|kind)$/i;
/** Members whose value says that a response with status 200 is an error. */
const MARKS_ERROR = /err|fault|exception/i;
const MARKS_SUCCESS = /^(?:ok|success\w*|succeeded|status|result)$/i;

/** Members that hold other objects with the error. */
const ENVELOPE = /^(?:data|result|results|response|body|meta|payload|content|\d+)$/i;
const SECRET = /token|secret|password|verifier|assertion|id_?hint/i;

const CODE_MEMBERS = 'error error_code errorCode code status type reason kind name'.split(' ');
const DESCRIPTION_MEMBERS =
  'error_description errorDescription error_message errorMessage message msg description detail reason title hint text'.split(
    ' ',
  );

/**
 * Collects the error texts of a response: JSON in any nesting, JSON in a string, a form, XML, or a line of text. A web page has none.
 *
 * @param errorPath a JSON pointer to the error; without an error there, the response has no code
 */
export function errorTexts(body: string, errorPath?: string): ErrorTexts {
  const value = parse(body);
  const groups: string[][] = [];
  const isError = collect(value, groups, MAX_DEPTH);
  const primary = errorPath === undefined ? primaryError(value) : errorAt(value, errorPath);
  const texts = groups.flat();
  const isCode = (text: string) => text.length <= 80 && !/\s/.test(text.trim());
  const codes = [primary.code, ...texts.filter(isCode)].filter((text) => text !== undefined);
  return {
    ...primary,
    codes: [...facebookCodes(groups), ...codes].map(normalized),
    sentences: texts.map(normalized),
    objects: groups.map((group) => normalized(group.join(' ').slice(0, MAX_TEXT_LENGTH))),
    isError,
  };
}

/** Facebook's error type says nothing without its number (Graph API, "Handling errors"). */
function facebookCodes(groups: readonly string[][]): string[] {
  const isEnded = (group: string[]) => group.includes('OAuthException') && group.includes('190');
  return groups.some(isEnded) ? ['oauth exception 190'] : [];
}

function parse(body: string, depth = 2): unknown {
  const text = body.trim();
  if (/^["{[]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'string' && depth > 0 ? parse(value, depth - 1) : value;
    } catch {
      return undefined; // Broken JSON says nothing that can be trusted.
    }
  }
  if (isForm(text)) return Object.fromEntries(new URLSearchParams(text));
  if (/<(?:!doctype html|html|head|body|title|script|h\d|p|div)\b/i.test(text)) return undefined;
  if (!text.startsWith('<')) return text.length <= MAX_TEXT_LENGTH ? text : undefined;
  return text
    .slice(0, 4000)
    .split(/<[^>]*>/)
    .filter((part) => part.trim() !== '');
}

/** Adds the texts of each object to `groups`. Returns whether a member says that this is an error. */
function collect(value: unknown, groups: string[][], depth: number): boolean {
  if (typeof value === 'string') groups.push([value.slice(0, MAX_TEXT_LENGTH)]);
  if (typeof value !== 'object' || value === null || depth === 0 || groups.length > MAX_TEXTS) return false;
  const members = Object.entries(value).slice(0, MAX_TEXTS);
  const group: string[] = [];
  const inner: unknown[] = [];
  for (const [name, member] of members) {
    const isRead = Array.isArray(value) || (DESCRIBES.test(name) && (!SECRET.test(name) || MARKS_ERROR.test(name)));
    if (isList(member)) group.push(...member.map((text) => (isRead ? text : `${name} ${text}`)));
    else if (typeof member === 'object') {
      if (isRead || ENVELOPE.test(name)) inner.push(member);
    } else if (isRead && typeof member === 'string' && /^\s*[{[]/.test(member)) inner.push(parse(member, 0) ?? member);
    else if (isRead && (typeof member === 'string' || typeof member === 'number')) group.push(String(member));
  }
  if (group.length > 0) groups.push(group.map((text) => text.slice(0, MAX_TEXT_LENGTH)));
  const areErrors = inner.map((each) => collect(each, groups, depth - 1));
  return areErrors.includes(true) || (!Array.isArray(value) && members.some(marksError));
}

function marksError([name, value]: [string, unknown]): boolean {
  if (MARKS_SUCCESS.test(name)) return value === false || /^(?:err|fail|ko$|false$)/i.test(String(value));
  return MARKS_ERROR.test(name) && ![null, undefined, false, 0, '', '0'].includes(value as never);
}

/** Whether it is a list of texts, as in `{"refresh_token": ["is invalid"]}`. */
function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

type Primary = Pick<ErrorTexts, 'code' | 'description'>;

function errorAt(value: unknown, pointer: string): Primary {
  const found = resolvePointer(value, pointer);
  return typeof found === 'object'
    ? primaryError(found, true)
    : { code: textOf(found), description: descriptionIn(value) };
}

/**
 * Returns the code and description of an error (RFC 6749, section 5.2), or what stands for them.
 *
 * @param isNested it is inside of an error: then a number is a code too, and not only a status
 */
function primaryError(value: unknown, isNested = false): Primary {
  if (typeof value === 'string') return /\s/.test(value.trim()) ? { description: value } : { code: value };
  // A list of texts may be anything, unless it is in an error.
  if (Array.isArray(value)) return primaryError(isNested ? value[0] : value.find(isFields), isNested);
  if (typeof value !== 'object' || value === null) return {};
  const fields = value as Fields;
  const description = descriptionIn(fields);
  const nested = fields['error'] ?? fields['errors'] ?? fields['fault'];
  if (typeof nested === 'object' && nested !== null) {
    const inner = primaryError(nested, true);
    return { code: inner.code ?? 'error', description: inner.description ?? description };
  }
  const codes = CODE_MEMBERS.map((name) => textOf(fields[name])).filter((text) => text !== undefined);
  const code = codes.find((text) => isNested || !/^\d+$|^https?:/.test(text));
  return { code, description: description === code ? undefined : description };
}

function descriptionIn(value: unknown): string | undefined {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  return DESCRIPTION_MEMBERS.map((name) => textOf(fields[name])).find((text) => text !== undefined);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Writes a code or text in lower case with spaces between its words, and names terms of the protocol in one word. */
function normalized(text: string): string {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/n['’]t\b/g, ' not')
    .replaceAll(/[_\-"'`’:,()[\]]+|(?<=\w)\.(?=\w)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\bgrant types?\b/g, 'granttype')
    .replaceAll(/\btoken (?:endpoint|ur[il]|requests?|type|exchange|service|server|auth\w* method)\b/g, 'endpoint')
    .replaceAll(/\bauth(?:orization|entication) (?:header|method|scheme)\b/g, 'client credentials')
    .trim();
}
