import { type JsonValue, isContainer, isObject, pointerTo } from '../../document/json.js';
import { stringifyExactly } from '../../numbers/exact-number.js';
import { type FormField } from '../../operations/encodings.js';
import { type Notices, omitEmptyField } from '../empty-values.js';
import { formEncode, scalarText, invalidArgument } from '../encode.js';
import { pairsWriter } from '../query.js';
import { assertDistinctFields } from './field-names.js';

/** Serializes a body as `application/x-www-form-urlencoded`. @throws {InvalidArgumentsError} it is not an object, or a value is invalid */
export type FormWriter = (body: JsonValue, notices: Notices) => string;

const BODY = '/body';

/**
 * Compiles the serialization of a form. A field has the style of its `encoding` (OAS 3.1.1, section 4.8.15.1.2). Without one, a list becomes
 * several fields, and an object JSON, which is its default content type.
 */
export function formWriter(fields: readonly FormField[]): FormWriter {
  const styled = new Map(fields.map((field) => [field.name, field]));
  const writers = new Map(fields.map((field) => [field.name, pairsWriter(field)]));
  return (body, notices) => {
    // A document may describe the whole form as one string, which is already serialized.
    if (typeof body === 'string') return body;
    if (!isObject(body)) throw invalidArgument(BODY, 'must be an object, because it is sent as a form');
    assertDistinctFields(styled, body, BODY);
    const pairs = Object.entries(body).flatMap(([name, value]) => {
      if (value === null) return [];
      const pointer = pointerTo(BODY, name);
      return writers.get(name)?.(value, pointer, notices) ?? plainPairs(name, value, pointer, notices);
    });
    return pairs.join('&');
  };
}

function plainPairs(name: string, value: JsonValue, pointer: string, notices: Notices): string[] {
  const key = formEncode(name, pointer);
  const values = Array.isArray(value) ? value : [value];
  const pairs = values.flatMap((item, index) => {
    const place = Array.isArray(value) ? pointerTo(pointer, index) : pointer;
    const text = isContainer(item) ? stringifyExactly(item) : scalarText(item, place);
    return text === undefined ? [] : [`${key}=${formEncode(text, place)}`];
  });
  if (pairs.length === 0) omitEmptyField(pointer, notices);
  return pairs;
}
