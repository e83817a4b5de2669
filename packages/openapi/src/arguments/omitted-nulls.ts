import { type JsonObject, type JsonValue, isContainer } from '../document/json.js';
import { ExactNumber } from '../numbers/exact-number.js';
import {
  type Alternatives,
  alternativesOf,
  isOmittedByNull,
  itemSchemas,
  possibleAlternatives,
  propertySchemas,
} from './alternatives.js';

/**
 * Removes nulls that stand for omitted properties: those of optional properties that cannot be null. Strict tools of OpenAI omit properties in
 * this way, and many models do so anyway.
 *
 * Valid arguments are returned unchanged, as the very same object. Other invalid values are left for validation.
 *
 * @param argumentsSchema the schema of the operation, not that of the tool
 */
export function removeOmittedNulls(argumentsSchema: JsonObject, given: JsonObject): JsonObject {
  return withoutNulls(argumentsSchema, [argumentsSchema], given) as JsonObject;
}

/** Returns whether a value contains neither null nor exact numbers; a cheap test, because most arguments contain none. */
export function isPlain(value: JsonValue): boolean {
  if (typeof value !== 'object') return true;
  if (value === null || value instanceof ExactNumber) return false;
  for (const key in value) if (!isPlain((value as JsonObject)[key] ?? null)) return false;
  return true;
}

/** Far more levels than a sensible call has, and far fewer than exhaust the stack. */
const MAX_LEVELS = 100;

function withoutNulls(root: JsonObject, schemas: readonly JsonValue[], value: JsonValue, level = 0): JsonValue {
  // A null is kept if any value is allowed.
  if (!isContainer(value) || level > MAX_LEVELS || schemas.includes(true)) return value;
  const alternatives = alternativesOf(root, schemas);
  if (!Array.isArray(value))
    return withoutNullProperties(root, possibleAlternatives(alternatives, value), value, level);
  const items = itemSchemas(alternatives);
  const read = value.map((item) => withoutNulls(root, items, item, level + 1));
  return read.every((item, index) => item === value[index]) ? value : read;
}

function withoutNullProperties(
  root: JsonObject,
  alternatives: Alternatives,
  value: JsonObject,
  level: number,
): JsonObject {
  const kept = Object.entries(value).filter(
    ([key, item]) => item !== null || !isOmittedByNull(root, alternatives, key),
  );
  const read = kept.map(([key, item]): [string, JsonValue] => {
    return [key, withoutNulls(root, propertySchemas(alternatives, key), item, level + 1)];
  });
  const isSame = read.length === Object.keys(value).length && read.every(([key, item]) => item === value[key]);
  return isSame ? value : Object.fromEntries(read);
}
