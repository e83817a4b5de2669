import { InvalidArgumentsError, argumentName } from '../document/errors.js';
import { type JsonValue, isContainer, isObject, pointerTo } from '../document/json.js';
import { stringifyExactly } from '../numbers/exact-number.js';

/** Encodes a text for its place in the request. @throws {InvalidArgumentsError} the text is invalid there */
export type Encode = (text: string, pointer: string) => string;

const UNRESERVED = /^[\w.~-]*$/;

/**
 * Percent-encodes all but the unreserved characters (RFC 3986, section 2.3), as RFC 6570's simple and form expansion do.
 *
 * @throws {InvalidArgumentsError} the text has control characters or broken surrogate pairs
 */
export function percentEncode(text: string, pointer: string): string {
  if (UNRESERVED.test(text)) return text;
  if (/[\p{Cc}\p{Cs}]/u.test(text)) {
    throw invalidArgument(pointer, 'must not contain control characters or broken Unicode');
  }
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Percent-encodes a value of a query or form, which may have line breaks and tabs, unlike a path or a cookie.
 *
 * @throws {InvalidArgumentsError} the text has other control characters or broken surrogate pairs
 */
export function formEncode(text: string, pointer: string): string {
  if (!/[\t\n\r]/.test(text)) return percentEncode(text, pointer);
  const parts = text.split(/([\t\n\r]+)/);
  return parts.map((part, index) => (index % 2 ? encodeURIComponent(part) : percentEncode(part, pointer))).join('');
}

/**
 * Returns a header value unchanged if it is visible Latin-1 (RFC 9110, section 5.5).
 *
 * @throws {InvalidArgumentsError} it has other characters, such as line breaks
 */
export function headerText(text: string, pointer: string): string {
  if (/^[\x20-\x7e\xa0-\xff]*$/.test(text)) return text;
  throw invalidArgument(pointer, 'must not contain line breaks or other characters that are invalid in a header');
}

/**
 * Returns a cookie value unchanged if it has only valid characters (RFC 6265, section 4.1.1).
 *
 * @throws {InvalidArgumentsError} it has other characters
 */
export function cookieText(text: string, pointer: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)) return text;
  throw invalidArgument(
    pointer,
    'must not contain spaces, quotes, commas or other characters that are invalid in a cookie',
  );
}

/** Returns the name of a cookie unchanged if it is a token (RFC 6265, section 4.1.1). @throws {InvalidArgumentsError} it is none */
export function cookieName(text: string, pointer: string): string {
  if (/^[!#$%&'*+\-.^`|~\w]+$/.test(text)) return text;
  throw invalidArgument(pointer, 'has a name that is invalid for a cookie');
}

/**
 * Converts a scalar to text.
 *
 * @returns `undefined` for null, which omits the value (RFC 6570, section 3.2.1)
 * @throws {InvalidArgumentsError} the value is a list or an object
 */
export function scalarText(value: JsonValue, pointer: string): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  if (isContainer(value)) throw invalidArgument(pointer, 'is nested too deeply for a parameter');
  return String(value);
}

/** Serializes a value that `content` describes. @throws {InvalidArgumentsError} the content is text, but the value is a list or an object */
export function contentText(content: 'json' | 'text', value: JsonValue, pointer: string): string {
  return content === 'json' ? stringifyExactly(value) : (scalarText(value, pointer) ?? '');
}

/**
 * Returns the parts of a list or flat object, to be joined by the style's separator (RFC 6570, section 3.2.1): items; `name=value` with
 * `explode`; alternating names and values without it.
 *
 * @param encodeName encodes the names of `explode`, in which an equals sign would end the name
 * @returns an empty list for an omitted value: null, an empty list, an empty object
 */
export function pieces(
  value: JsonValue,
  explode: boolean,
  encode: Encode,
  pointer: string,
  encodeName: Encode = encode,
): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => piece(item, encode, pointerTo(pointer, index)));
  if (!isObject(value)) return piece(value, encode, pointer);
  return Object.entries(value).flatMap(([key, item]) => {
    const place = pointerTo(pointer, key);
    const [text] = piece(item, encode, place);
    if (text === undefined) return [];
    return explode ? [`${encodeName(key, place)}=${text}`] : [encode(key, place), text];
  });
}

function piece(value: JsonValue, encode: Encode, pointer: string): string[] {
  const text = scalarText(value, pointer);
  return text === undefined ? [] : [encode(text, pointer)];
}

/** Creates an error about one argument. @param problem the end of a sentence that begins with the argument's name */
export function invalidArgument(pointer: string, problem: string): InvalidArgumentsError {
  return new InvalidArgumentsError([{ pointer, message: `${argumentName(pointer)} ${problem}` }]);
}
