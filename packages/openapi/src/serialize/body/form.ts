import { type JsonValue, isObject, pointerTo } from '../../document/json.js';
import { type FormField } from '../../operations/request-body.js';
import { percentEncode, scalarText, invalidArgument } from '../encode.js';
import { pairsWriter } from '../query.js';

/** Serializes a body as `application/x-www-form-urlencoded`. @throws {InvalidArgumentsError} it is not an object, or a value is invalid */
export type FormWriter = (body: JsonValue) => string;

const BODY = '/body';

/**
 * Compiles the serialization of a form. A field has the style of its `encoding` (OAS 3.1.1, section 4.8.15.1.2). Without one, a list becomes
 * several fields, and an object JSON, which is its default content type.
 */
export function formWriter(fields: readonly FormField[]): FormWriter {
  const styled = new Map(fields.map((field) => [field.name, pairsWriter(field)]));
  return (body) => {
    // A document may describe the whole form as one string, which is already serialized.
    if (typeof body === 'string') return body;
    if (!isObject(body)) throw invalidArgument(BODY, 'must be an object, because it is sent as a form');
    const pairs = Object.entries(body).flatMap(([name, value]) => {
      const pointer = pointerTo(BODY, name);
      if (value === null) return [];
      return styled.get(name)?.(value, pointer) ?? plainPairs(name, value, pointer);
    });
    return pairs.join('&');
  };
}

function plainPairs(name: string, value: JsonValue, pointer: string): string[] {
  const key = percentEncode(name, pointer);
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((item, index) => {
    const place = Array.isArray(value) ? pointerTo(pointer, index) : pointer;
    const text = typeof item === 'object' && item !== null ? JSON.stringify(item) : scalarText(item, place);
    return text === undefined ? [] : [`${key}=${formEncode(text, place)}`];
  });
}

/** Percent-encodes a form value, which may have line breaks, unlike a URL. */
function formEncode(text: string, pointer: string): string {
  return text
    .split(/(\r\n|\n|\r|\t)/)
    .map((part, index) => (index % 2 ? encodeURIComponent(part) : percentEncode(part, pointer)))
    .join('');
}
