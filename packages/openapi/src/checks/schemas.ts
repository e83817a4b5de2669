import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember, stringMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { isPattern } from '../schema/keywords.js';
import { type CheckContext, type CheckedKeyword } from './check.js';

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

export function invalidPattern({ value }: CheckedKeyword): string | undefined {
  if (typeof value !== 'string' || isPattern(value)) return undefined;
  return `"${value}" is not a regular expression; the pattern is ignored`;
}

export function unknownType({ value }: CheckedKeyword): string | undefined {
  const unknown = [value].flat().filter((type) => typeof type !== 'string' || !TYPES.has(type));
  if (unknown.length === 0) return undefined;
  return `${unknown.map((type) => JSON.stringify(type)).join(', ')} is no type of JSON Schema and is ignored: anything fits; the types are ${[...TYPES].join(', ')}`;
}

/** In 3.0 `items` MUST be present (OAS 3.0.4, section 4.7.24.1). */
export function arrayWithoutItems({ schema, value }: CheckedKeyword): string | undefined {
  if (value !== 'array' || ['items', 'prefixItems', 'allOf', 'anyOf', 'oneOf', '$ref'].some((each) => each in schema)) {
    return undefined;
  }
  return 'the list says nothing of its items: models may put anything in it, and some model vendors refuse such a tool; describe its "items"';
}

export function unfitDefault({ schema, value }: CheckedKeyword): string | undefined {
  // Null is what authors and generators write for "none".
  if (value === null) return undefined;
  if (!fitsType(schema, value))
    return `the default ${short(value)} is not of type ${typesOf(schema).join(' or ')}; models may be misled, so correct it`;
  const values = listMember(schema, 'enum');
  const isPlain = typeof value !== 'object';
  if (!isPlain || values === undefined || values.length === 0 || values.includes(value)) return undefined;
  return `the default ${short(value)} is none of the values in "enum"; models may be misled, so correct it`;
}

export function unfitEnum({ schema, value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const unfit = value.filter((each) => each !== null && !fitsType(schema, each));
  if (unfit.length === 0) return undefined;
  const consequence =
    unfit.length === value.length ? 'they are read as the author must have meant' : 'they are never accepted';
  return `${unfit.slice(0, 5).map(short).join(', ')} in "enum" is not of type ${typesOf(schema).join(' or ')}: ${consequence}; correct the type or the values`;
}

export function emptyEnum({ value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value) || value.length > 0) return undefined;
  return '"enum" has no values and is ignored: anything fits; list what is allowed or take it out';
}

export function repeatedEnumValue({ value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const seen = new Set<JsonValue>();
  const repeated = value.find((each) => seen.size === seen.add(each).size);
  if (repeated === undefined) return undefined;
  return `${short(repeated)} stands in "enum" more than once; some model vendors refuse such a tool, so keep one`;
}

const UPPER_BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'maximum',
  minLength: 'maxLength',
  minItems: 'maxItems',
  minProperties: 'maxProperties',
};

export function impossibleBounds({ schema, keyword, value }: CheckedKeyword): string | undefined {
  const upper = UPPER_BOUNDS[keyword] ?? '';
  const most = member(schema, upper);
  if (typeof value !== 'number' || typeof most !== 'number' || value <= most) return undefined;
  return `"${keyword}" is ${value} and "${upper}" is ${most}: no value fits, so that calls with one are refused; correct them`;
}

/** Before JSON Schema draft 4, and in parameters still, `required` is a boolean. */
export function ineffectiveRequired({ value }: CheckedKeyword): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  return `"required": ${value} does nothing in a schema; list the names of required properties under "required" of the object that they belong to`;
}

export function impossibleRequired({ schema, value }: CheckedKeyword): string | undefined {
  if (!Array.isArray(value) || member(schema, 'additionalProperties') !== false) return undefined;
  if (objectMember(schema, 'patternProperties') !== undefined) return undefined;
  const properties = objectMember(schema, 'properties') ?? {};
  const unknown = value.filter((name) => typeof name === 'string' && !Object.hasOwn(properties, name));
  if (unknown.length === 0) return undefined;
  return `${unknown.map(short).join(', ')} is required, and yet not among the properties, beside which none are allowed: no value fits; describe it under "properties"`;
}

/** Larger parts than this are not looked into: many schemas may be made of the same one. */
const MOST_PROPERTIES = 100;

/** Each part of `allOf` has to fit alone, and `additionalProperties` knows its own part's properties only (JSON Schema 2020-12, 10.3.2.3). */
export function closedPart({ schema, value }: CheckedKeyword, { document }: CheckContext): string | undefined {
  const parts = [schema, ...(Array.isArray(value) ? value : [])].map((part) => partOf(document.json, part));
  const closed = parts.find(
    (part) => member(part, 'additionalProperties') === false && member(part, 'patternProperties') === undefined,
  );
  if (closed === undefined) return undefined;
  const own = objectMember(closed, 'properties') ?? {};
  for (const part of parts) {
    const unknown = part === closed ? undefined : propertyNames(part).find((name) => !Object.hasOwn(own, name));
    if (unknown === undefined) continue;
    return `one part of "allOf" has "additionalProperties": false and does not know "${unknown}" of another: arguments with it are refused; take that out, or use "unevaluatedProperties" (3.1)`;
  }
  return undefined;
}

function partOf(root: JsonObject, part: JsonValue): JsonValue {
  const found = resolve(root, { value: part, pointer: '' });
  return 'code' in found ? null : found.value;
}

const propertyNamesOf = new WeakMap<JsonObject, readonly string[]>();

function propertyNames(part: JsonValue): readonly string[] {
  const properties = objectMember(part, 'properties');
  if (properties === undefined) return [];
  const names = propertyNamesOf.get(properties) ?? Object.keys(properties);
  propertyNamesOf.set(properties, names);
  return names.length > MOST_PROPERTIES ? [] : names;
}

export function dynamicReference(): string {
  return '"$dynamicRef" is not followed: anything fits here; use "$ref"';
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
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

/** A value as JSON, cut where it is long. */
function short(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
