import { type JsonObject, type JsonValue } from '../document/json.js';
import { type Forms, formsOf, isLeftOutByNull, itemSchemas, propertySchemas } from './alternatives.js';

/**
 * Arguments without the nulls that leave something out: those in the place of an optional property that cannot be null. That is how
 * strict tools of OpenAI leave things out, and how many models do it anyway.
 *
 * Valid arguments come out as they are, the very same object; and so does whatever else is wrong, to be refused.
 *
 * @param argumentsSchema the operation's own, not the one in the tool
 */
export function withoutLeftOutNulls(argumentsSchema: JsonObject, given: JsonObject): JsonObject {
  return withoutNulls(argumentsSchema, [argumentsSchema], given) as JsonObject;
}

/** Whether there is a null anywhere; mostly there is none, which is quickly seen. */
export function hasNull(value: JsonValue): boolean {
  if (typeof value !== 'object') return false;
  if (value === null) return true;
  for (const key in value) if (hasNull((value as JsonObject)[key] ?? null)) return true;
  return false;
}

/** Far more than there is in any sensible call, and far less than exhausts the stack. */
const MOST_LEVELS = 100;

function withoutNulls(root: JsonObject, schemas: readonly JsonValue[], value: JsonValue, level = 0): JsonValue {
  // Where anything goes, a null says what it says.
  if (typeof value !== 'object' || value === null || level > MOST_LEVELS || schemas.includes(true)) return value;
  const forms = formsOf(root, schemas);
  if (!Array.isArray(value)) return withoutNullProperties(root, forms, value, level);
  const items = itemSchemas(forms);
  const read = value.map((item) => withoutNulls(root, items, item, level + 1));
  return read.every((item, index) => item === value[index]) ? value : read;
}

function withoutNullProperties(root: JsonObject, forms: Forms, value: JsonObject, level: number): JsonObject {
  const kept = Object.entries(value).filter(([key, item]) => item !== null || !isLeftOutByNull(root, forms, key));
  const read = kept.map(([key, item]): [string, JsonValue] => {
    return [key, withoutNulls(root, propertySchemas(forms, key), item, level + 1)];
  });
  const isSame = read.length === Object.keys(value).length && read.every(([key, item]) => item === value[key]);
  return isSame ? value : Object.fromEntries(read);
}
