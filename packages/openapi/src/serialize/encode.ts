import { InvalidArgumentsError, nameOf } from '../document/errors.js';
import { type JsonValue, isObject, pointerTo } from '../document/json.js';

/** Writes a piece of text the way its place wants it. @throws {InvalidArgumentsError} it cannot stand there */
export type Encode = (text: string, pointer: string) => string;

const UNRESERVED = /^[\w.~-]*$/;

/**
 * Percent-encodes all but the unreserved characters (RFC 3986, section 2.3), as RFC 6570's simple and form expansion do.
 *
 * @throws {InvalidArgumentsError} control characters, which no URL should carry even encoded, and broken surrogate pairs
 */
export function percentEncode(text: string, pointer: string): string {
  if (UNRESERVED.test(text)) return text;
  if (/[\p{Cc}\p{Cs}]/u.test(text)) {
    throw unfit(pointer, 'has control characters or broken Unicode, which a URL cannot carry');
  }
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Text as a header carries it: as it is, if it is visible latin-1 (RFC 9110, section 5.5).
 *
 * @throws {InvalidArgumentsError} it has anything else, a line break above all
 */
export function headerText(text: string, pointer: string): string {
  if (/^[\x20-\x7e\xa0-\xff]*$/.test(text)) return text;
  throw unfit(pointer, 'has line breaks or other characters that a header cannot carry');
}

/**
 * Text as a cookie carries it: as it is, if it has none of what ends a cookie or what servers may not take (RFC 6265, section 4.1.1).
 *
 * @throws {InvalidArgumentsError} it has
 */
export function cookieText(text: string, pointer: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)) return text;
  throw unfit(pointer, 'has spaces, quotes, commas or other characters that a cookie cannot carry as they are');
}

/**
 * A value without structure as text.
 *
 * @returns `undefined` for null, which leaves the value out (RFC 6570, section 3.2.1: undefined)
 * @throws {InvalidArgumentsError} it is a list or an object
 */
export function scalarText(value: JsonValue, pointer: string): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  if (typeof value === 'object') throw unfit(pointer, 'is nested deeper than a parameter can be written');
  return String(value);
}

/** A value that is described by `content`. @throws {InvalidArgumentsError} it is text, and the value has structure */
export function contentText(content: 'json' | 'text', value: JsonValue, pointer: string): string {
  return content === 'json' ? JSON.stringify(value) : (scalarText(value, pointer) ?? '');
}

/**
 * The pieces of a list or flat object, to be joined by the style's separator (RFC 6570, section 3.2.1): items; or with
 * `explode` `name=value`, without it names and values in turn.
 *
 * @returns nothing for a value that is left out altogether: null, an empty list, an empty object
 */
export function pieces(value: JsonValue, explode: boolean, encode: Encode, pointer: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => piece(item, encode, pointerTo(pointer, index)));
  if (!isObject(value)) return piece(value, encode, pointer);
  return Object.entries(value).flatMap(([key, item]) => {
    const place = pointerTo(pointer, key);
    const [text] = piece(item, encode, place);
    if (text === undefined) return [];
    return explode ? [`${encode(key, place)}=${text}`] : [encode(key, place), text];
  });
}

function piece(value: JsonValue, encode: Encode, pointer: string): string[] {
  const text = scalarText(value, pointer);
  return text === undefined ? [] : [encode(text, pointer)];
}

/** @param problem what is wrong, to be read after the name of the argument */
export function unfit(pointer: string, problem: string): InvalidArgumentsError {
  return new InvalidArgumentsError([{ pointer, message: `${nameOf(pointer)} ${problem}` }]);
}
