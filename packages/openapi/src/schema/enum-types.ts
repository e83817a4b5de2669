import { type JsonObject, type JsonValue, isObject } from '../document/json.js';

/**
 * Repairs a schema whose `enum` has no value of its `type`, because no value would be valid. YAML reads `enum: [1, 2]` beside `type: string`
 * as numbers; beside `type: array` the values are meant for the items.
 */
export function withFittingEnum(schema: JsonObject): JsonObject {
  const { type, enum: values, items } = schema;
  if (typeof type !== 'string' || !Array.isArray(values) || values.some((value) => isOf(type, value))) return schema;
  if (type === 'array') {
    const { enum: _, ...others } = schema;
    return { ...others, items: { ...(isObject(items) ? items : {}), enum: values } };
  }
  const converted = values.map((value) => inType(type, value));
  if (converted.every((value) => value !== undefined)) return { ...schema, enum: converted };
  const { type: _, ...others } = schema;
  return others;
}

function isOf(type: string, value: JsonValue): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function inType(type: string, value: JsonValue): JsonValue | undefined {
  if (value === null || typeof value === 'object') return undefined;
  if (type === 'string') return String(value);
  if (type !== 'integer' && type !== 'number') return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isNaN(number) || !isOf(type, number) ? undefined : number;
}
