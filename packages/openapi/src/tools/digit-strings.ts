import { type JsonObject, member, stringMember } from '../document/json.js';
import { compareNumbers, isNumber } from '../numbers/exact-number.js';
import { typesOf, valuesOf } from '../schema/argument-schemas.js';

const ADVICE = `Send values beyond ±${Number.MAX_SAFE_INTEGER} as a string of digits.`;

/**
 * Lets a model send a number with `format: int64` as a string of digits, which a call accepts, and says when to do so: most clients that parse
 * the arguments of a model round larger numbers.
 *
 * @returns the very same schema if its numbers are never so large
 */
export function withDigitStrings(schema: JsonObject): JsonObject {
  const types = typesOf(schema);
  const isInt64 = member(schema, 'format') === 'int64' && (types.includes('integer') || types.includes('number'));
  if (!isInt64 || types.includes('string') || valuesOf(schema) !== undefined || isSmall(schema)) return schema;
  const description = [stringMember(schema, 'description') ?? stringMember(schema, 'title') ?? '', ADVICE];
  return { ...schema, type: [...types, 'string'], description: description.join(' ').trim() };
}

function isSmall(schema: JsonObject): boolean {
  const maximum = member(schema, 'maximum') ?? member(schema, 'exclusiveMaximum');
  return isNumber(maximum) && compareNumbers(maximum, Number.MAX_SAFE_INTEGER) <= 0;
}
