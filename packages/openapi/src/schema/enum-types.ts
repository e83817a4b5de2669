import { type JsonObject, type JsonValue, isContainer, isObject } from '../document/json.js';
import { isJsonNumber } from '../numbers/decimal.js';
import { type ExactNumber, isInteger, isNumber, numberOf } from '../numbers/exact-number.js';

/**
 * Repairs a schema whose `enum` has no value of its `type`, because no value would be valid. YAML reads `enum: [1, 2]` beside `type: string`
 * as numbers; beside `type: array` the values are meant for the items.
 */
export function withFittingEnum(schema: JsonObject): JsonObject {
  const { type, enum: values, items } = schema;
  if (typeof type !== 'string' || !Array.isArray(values) || values.some((value) => isOfType(type, value)))
    return schema;
  if (type === 'array') {
    const { enum: _, ...others } = schema;
    return { ...others, items: { ...(isObject(items) ? items : {}), enum: values } };
  }
  const converted = values.map((value) => inType(type, value));
  if (converted.every((value) => value !== undefined)) return { ...schema, enum: converted };
  const { type: _, ...others } = schema;
  return others;
}

/** Returns whether a value is of a type of JSON Schema. */
export function isOfType(type: string, value: JsonValue): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    case 'integer':
      return isInteger(value);
    case 'number':
      return isNumber(value);
    default:
      return typeof value === type;
  }
}

function inType(type: string, value: JsonValue): JsonValue | undefined {
  if (value === null || isContainer(value)) return undefined;
  if (type === 'string') return String(value);
  if (type !== 'integer' && type !== 'number') return undefined;
  const number = typeof value === 'string' ? readNumber(value.trim()) : undefined;
  return number !== undefined && isOfType(type, number) ? number : undefined;
}

function readNumber(text: string): number | ExactNumber | undefined {
  if (isJsonNumber(text)) return numberOf(text);
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}
