import { type JsonObject, type JsonValue, isObject } from '../document/json.js';

/** Keywords that hold schemas; "in place" means that they apply to the same value and not to a part of it. */
export type SchemaKind =
  'schema' | 'schema in place' | 'schemas' | 'schemas in place' | 'map' | 'map in place' | 'pattern map';
/** Keywords that hold anything else. */
type PlainKind =
  'any' | 'count' | 'flag' | 'list' | 'name lists' | 'names' | 'number' | 'pattern' | 'positive' | 'text' | 'type';

const SCHEMA_KEYWORDS: { readonly [keyword: string]: SchemaKind } = {
  not: 'schema in place',
  if: 'schema in place',
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: 'schema in place',
  else: 'schema in place',
  allOf: 'schemas in place',
  anyOf: 'schemas in place',
  oneOf: 'schemas in place',
  dependentSchemas: 'map in place',
  items: 'schema',
  prefixItems: 'schemas',
  contains: 'schema',
  unevaluatedItems: 'schema',
  properties: 'map',
  patternProperties: 'pattern map',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  unevaluatedProperties: 'schema',
};

const PLAIN_KEYWORDS: { readonly [keyword: string]: PlainKind } = {
  type: 'type',
  enum: 'list',
  const: 'any',
  multipleOf: 'positive',
  maximum: 'number',
  exclusiveMaximum: 'number',
  minimum: 'number',
  exclusiveMinimum: 'number',
  maxLength: 'count',
  minLength: 'count',
  pattern: 'pattern',
  maxItems: 'count',
  minItems: 'count',
  uniqueItems: 'flag',
  maxContains: 'count',
  minContains: 'count',
  maxProperties: 'count',
  minProperties: 'count',
  required: 'names',
  dependentRequired: 'name lists',
  title: 'text',
  description: 'text',
  default: 'any',
  deprecated: 'flag',
  readOnly: 'flag',
  writeOnly: 'flag',
  examples: 'list',
  format: 'text',
  contentEncoding: 'text',
  contentMediaType: 'text',
};

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** Which kind a keyword of JSON Schema 2020-12 is that holds schemas; `undefined` for all others. */
export function schemaKind(keyword: string): SchemaKind | undefined {
  return Object.hasOwn(SCHEMA_KEYWORDS, keyword) ? SCHEMA_KEYWORDS[keyword] : undefined;
}

/** The value of a keyword as JSON Schema 2020-12 allows it, or nothing where keyword or value are none of it. */
export function plainKeyword(keyword: string, value: JsonValue): JsonValue | undefined {
  const kind = Object.hasOwn(PLAIN_KEYWORDS, keyword) ? PLAIN_KEYWORDS[keyword] : undefined;
  return kind && READERS[kind](value);
}

const when = (condition: boolean, value: JsonValue) => (condition ? value : undefined);

const READERS: Record<PlainKind, (value: JsonValue) => JsonValue | undefined> = {
  any: (value) => value,
  count: (value) => when(Number.isInteger(value) && (value as number) >= 0, value),
  flag: (value) => when(typeof value === 'boolean', value),
  list: (value) => when(Array.isArray(value) && value.length > 0, value),
  'name lists': (value) => (isObject(value) ? nameLists(value) : undefined),
  names: (value) => (Array.isArray(value) ? names(value) : undefined),
  number: (value) => when(Number.isFinite(value), value),
  pattern: (value) => when(typeof value === 'string' && isPattern(value), value),
  positive: (value) => when(Number.isFinite(value) && (value as number) > 0, value),
  text: (value) => when(typeof value === 'string', value),
  type: readType,
};

function names(value: JsonValue[]): JsonValue[] {
  return [...new Set(value.filter((name) => typeof name === 'string'))];
}

function nameLists(value: JsonObject): JsonObject {
  const lists = Object.entries(value).filter((entry): entry is [string, JsonValue[]] => Array.isArray(entry[1]));
  return Object.fromEntries(lists.map(([name, list]) => [name, names(list)]));
}

function readType(value: JsonValue): JsonValue | undefined {
  if (!Array.isArray(value)) return when(typeof value === 'string' && TYPES.has(value), value);
  const known = names(value).filter((type) => TYPES.has(type as string));
  return when(known.length > 0, known);
}

/**
 * A regular expression as documents mean it: in Unicode mode as JSON Schema has it, else in the lenient mode that many
 * are written for (`[\w-.]`, `\-`).
 *
 * @throws {SyntaxError} it is neither
 */
export function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

export function isPattern(source: string): boolean {
  try {
    return patternOf(source) instanceof RegExp;
  } catch {
    return false;
  }
}
