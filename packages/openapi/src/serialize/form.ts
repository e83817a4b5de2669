import { type JsonValue, isObject, pointerTo } from '../document/json.js';
import { type FormField } from '../operations/request-body.js';
import { percentEncode, scalarText, unfit } from './encode.js';
import { pairsWriter } from './query.js';

/** Writes a body as `application/x-www-form-urlencoded`. @throws {InvalidArgumentsError} it is no object, or a value cannot be written */
export type FormWriter = (body: JsonValue) => string;

const BODY = '/body';

/**
 * Compiles a form. A field is written in the style that its `encoding` names (OAS 3.1.1, section 4.8.15.1.2); one without is written by
 * what it is: a list field by field, an object as JSON, which is its default content type.
 */
export function formWriter(fields: readonly FormField[]): FormWriter {
  const styled = new Map(fields.map((field) => [field.name, pairsWriter(field)]));
  return (body) => {
    // A document may describe the whole form as one text, which is written already then.
    if (typeof body === 'string') return body;
    if (!isObject(body)) throw unfit(BODY, 'must be an object: it is sent as a form');
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

/** Values of a form may have line breaks, which a URL may not. */
function formEncode(text: string, pointer: string): string {
  return text
    .split(/(\r\n|\n|\r|\t)/)
    .map((part, index) => (index % 2 ? encodeURIComponent(part) : percentEncode(part, pointer)))
    .join('');
}
