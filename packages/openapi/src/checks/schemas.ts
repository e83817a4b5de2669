import {
  type JsonObject,
  type JsonValue,
  isContainer,
  isObject,
  listMember,
  member,
  objectMember,
  stringMember,
} from '../document/json.js';
import { canonicalJson } from '../document/canonical-json.js';
import { quote } from '../document/errors.js';
import { referenceOf, resolve } from '../document/references.js';
import { namedSchema } from '../schema/discriminator/tags.js';
import { ExactNumber, compareNumbers, isInteger, isNumber } from '../numbers/exact-number.js';
import { isPattern } from '../patterns/validity.js';
import { type CheckContext, type CheckedKeyword } from './check.js';

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

export function invalidPattern({ value }: CheckedKeyword): string | undefined {
  if (typeof value !== 'string' || isPattern(value)) return undefined;
  return `"${value}" is not a valid regular expression; the pattern is ignored`;
}

export function unknownType({ value }: CheckedKeyword): string | undefined {
  const unknown = [value].flat().filter((type) => typeof type !== 'string' || !TYPES.has(type));
  if (unknown.length === 0) return undefined;
  return `"type" must be one of ${[...TYPES].join(', ')}, got ${unknown.map((type) => JSON.stringify(type)).join(', ')}; it is ignored, so any value is accepted`;
}

/** In 3.0 `items` MUST be present (OAS 3.0.4, section 4.7.24.1). */
export function arrayWithoutItems({ schema, value }: CheckedKeyword): string | undefined {
  if (value !== 'array' || ['items', 'prefixItems', 'allOf', 'anyOf', 'oneOf', '$ref'].some((each) => each in schema)) {
    return undefined;
  }
  return 'the array has no "items", so models may send any items, and some model vendors reject such a tool; describe its "items"';
}

export function unfitDefault({ schema, value }: CheckedKeyword): string | undefined {
  // Authors and generators write null for "none".
  if (value === null) return undefined;
  if (!fitsType(schema, value)) {
    return `"default" must be of type ${typesOf(schema).join(' or ')}, got ${quote(value)}; it may mislead models, so correct it`;
  }
  const values = listMember(schema, 'enum');
  if (isContainer(value) || values === undefined || values.length === 0 || includes(values, value)) return undefined;
  return `"default" must be one of the values in "enum", got ${quote(value)}; it may mislead models, so correct it`;
}

function includes(values: readonly JsonValue[], scalar: JsonValue): boolean {
  return (
    values.includes(scalar) ||
    (scalar instanceof ExactNumber && values.some((each) => canonicalJson(each) === canonicalJson(scalar)))
  );
}

export function unfitEnum({ schema, value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const mismatched = value.filter((each) => each !== null && !fitsType(schema, each));
  if (mismatched.length === 0) return undefined;
  const consequence = mismatched.length === value.length ? 'the type is corrected' : 'these values are never accepted';
  return `the values in "enum" must be of type ${typesOf(schema).join(' or ')}, got ${mismatched.slice(0, 5).map(quote).join(', ')}: ${consequence}; correct the type or the values`;
}

export function emptyEnum({ value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value) || value.length > 0) return undefined;
  return '"enum" is empty and is ignored, so any value is accepted; list the allowed values or remove it';
}

export function repeatedEnumValue({ value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const seen = new Set<JsonValue>();
  const repeated = value.find((each) => seen.size === seen.add(isContainer(each) ? each : canonicalJson(each)).size);
  if (repeated === undefined) return undefined;
  return `${quote(repeated)} is duplicated in "enum", and some model vendors reject such a tool; remove the duplicate`;
}

const UPPER_BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'maximum',
  minLength: 'maxLength',
  minItems: 'maxItems',
  minProperties: 'maxProperties',
};

export function impossibleBounds({ schema, keyword, value }: CheckedKeyword): string | undefined {
  const upper = UPPER_BOUNDS[keyword] ?? '';
  const max = member(schema, upper);
  if (!isNumber(value) || !isNumber(max) || compareNumbers(value, max) <= 0) return undefined;
  return `"${keyword}" (${value}) must not be greater than "${upper}" (${max}): no value is valid, so calls with one are rejected; correct them`;
}

/** `required` is a boolean in parameters, and was one in JSON Schema before draft 4. */
export function ineffectiveRequired({ value }: CheckedKeyword): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  return `"required": ${value} has no effect in a schema; list the names of required properties under "required" of their object`;
}

export function impossibleRequired({ schema, value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value) || member(schema, 'additionalProperties') !== false) return undefined;
  if (objectMember(schema, 'patternProperties') !== undefined) return undefined;
  const properties = objectMember(schema, 'properties') ?? {};
  const unknown = value.filter((name) => typeof name === 'string' && !Object.hasOwn(properties, name));
  if (unknown.length === 0) return undefined;
  return `${unknown.map(quote).join(', ')} is required but not in "properties", and "additionalProperties" is false: no value is valid; describe it under "properties"`;
}

/** Larger parts are not checked, because many schemas may refer to the same part. */
const MAX_PROPERTIES = 100;

/** Each part of `allOf` applies separately, and `additionalProperties` considers only the properties of its part (JSON Schema 2020-12 Core, section 10.3.2.3). */
export function closedPart({ schema, value }: CheckedKeyword, { document }: CheckContext): string | undefined {
  const parts = [schema, ...(Array.isArray(value) ? value : [])].map((part) => resolvePart(document.json, part));
  const closed = parts.find(
    (part) => member(part, 'additionalProperties') === false && member(part, 'patternProperties') === undefined,
  );
  if (closed === undefined) return undefined;
  const own = objectMember(closed, 'properties') ?? {};
  for (const part of parts) {
    const unknown = part === closed ? undefined : propertyNames(part).find((name) => !Object.hasOwn(own, name));
    if (unknown === undefined) continue;
    return `one part of "allOf" has "additionalProperties": false without "${unknown}", which another part describes, so arguments with it are rejected; remove "additionalProperties", or use "unevaluatedProperties" (3.1)`;
  }
  return undefined;
}

function resolvePart(root: JsonObject, part: JsonValue): JsonValue {
  const found = resolve(root, { value: part, pointer: '' });
  return 'code' in found ? null : found.value;
}

const propertyNamesOf = new WeakMap<JsonObject, readonly string[]>();

function propertyNames(part: JsonValue): readonly string[] {
  const properties = objectMember(part, 'properties');
  if (properties === undefined) return [];
  const names = propertyNamesOf.get(properties) ?? Object.keys(properties);
  propertyNamesOf.set(properties, names);
  return names.length > MAX_PROPERTIES ? [] : names;
}

export function unresolvedMapping({ schema, value }: CheckedKeyword, { document }: CheckContext): string | undefined {
  const names = [...Object.values(objectMember(value, 'mapping') ?? {}), member(value, 'defaultMapping')];
  const unknown = names.filter(
    (name) => typeof name === 'string' && namedSchema(document.json, schema, name) === undefined,
  );
  if (unknown.length === 0) return undefined;
  return `the discriminator names ${unknown.slice(0, 5).map(quote).join(', ')}, which is no schema of the document and is ignored; correct it`;
}

/** A `$dynamicRef` is followed like a `$ref` if only one schema has its anchor. */
export function dynamicReference({ schema, value }: CheckedKeyword, { document }: CheckContext): string | undefined {
  if (referenceOf(document.json, schema) === value) return undefined;
  return '"$dynamicRef" is not followed unless one schema of the document, and no other, has its anchor, so any value is accepted; use "$ref" instead';
}

function typesOf(schema: JsonObject): string[] {
  const types = [member(schema, 'type')].flat().filter((type): type is string => typeof type === 'string');
  return types.every((type) => TYPES.has(type)) ? types : [];
}

function fitsType(schema: JsonObject, value: JsonValue): boolean {
  const types = typesOf(schema);
  const isOpen = types.length === 0 || stringMember(schema, '$ref') !== undefined;
  return isOpen || types.some((type) => isOfType(type, value));
}

function isOfType(type: string, value: JsonValue): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'number') return isNumber(value);
  return type === 'integer' ? isInteger(value) : typeof value === type;
}
