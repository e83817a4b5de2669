import { canonicalJson } from '../document/canonical-json.js';
import { type JsonObject, type JsonValue, isContainer, isObject, listMember, member } from '../document/json.js';
import { isInteger, isNumber } from '../numbers/exact-number.js';
import { definitionOf, valuesOf } from './argument-schemas.js';

/** The value of an argument that need not be given. */
export interface PresetValue {
  readonly value: JsonValue;
  /** whether the schema allows no other value; otherwise it is the default */
  readonly isOnly: boolean;
}

/** More references than a parameter's schema has. */
const MAX_LEVELS = 10;

/**
 * Returns the only value that a schema allows, or its default. Null does not count, because a parameter that is null is not sent.
 *
 * @param root the schema of the arguments, whose `$defs` the schema may refer to
 * @returns `undefined` if there are several values and no default, or if the default does not have the type or is not in the enum
 */
export function presetValue(root: JsonObject, schema: JsonValue): PresetValue | undefined {
  const parts = partsOf(root, schema, 0);
  const lists = parts.flatMap((part) => [valuesOf(part)?.filter((value) => value !== null) ?? []]);
  const [only] = lists.filter((values) => values.length > 0 && new Set(values).size === 1);
  if (only !== undefined) return { value: only[0] ?? null, isOnly: true };
  const value = parts.map((part) => member(part, 'default')).find((each) => each !== undefined && each !== null);
  const fits = parts.every((part) => fitsType(part, value ?? null) && fitsValues(part, value ?? null));
  return value === undefined || value === null || !fits ? undefined : { value, isOnly: false };
}

/** Returns a schema and those that it delegates to: by a reference, by `allOf`, and by the only alternative beside null. */
function partsOf(root: JsonObject, schema: JsonValue, level: number): JsonObject[] {
  if (!isObject(schema) || level > MAX_LEVELS) return [];
  const alternatives = (listMember(schema, 'anyOf') ?? listMember(schema, 'oneOf') ?? []).filter(
    (alternative) => member(alternative, 'type') !== 'null',
  );
  const others = [
    definitionOf(root, schema) ?? [],
    listMember(schema, 'allOf') ?? [],
    alternatives.length === 1 ? alternatives : [],
  ];
  return [schema, ...others.flat().flatMap((other) => partsOf(root, other, level + 1))];
}

function fitsValues(schema: JsonObject, value: JsonValue): boolean {
  const values = valuesOf(schema);
  return (
    values === undefined || isContainer(value) || values.some((each) => canonicalJson(each) === canonicalJson(value))
  );
}

function fitsType(schema: JsonObject, value: JsonValue): boolean {
  const types = [member(schema, 'type') ?? []].flat();
  return types.length === 0 || types.some((type) => isOfType(type, value));
}

function isOfType(type: JsonValue, value: JsonValue): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'number') return isNumber(value);
  return type === 'integer' ? isInteger(value) : typeof value === type;
}
