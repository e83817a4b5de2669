import { type JsonObject, type JsonValue, isObject } from '../document/json.js';
import { ExactNumber, isComparable, isInteger, nearestNumber } from '../numbers/exact-number.js';
import { isPattern } from '../patterns/validity.js';

/** The kinds of values of keywords that hold no schemas. */
type PlainKind =
  'any' | 'count' | 'flag' | 'list' | 'name lists' | 'names' | 'number' | 'pattern' | 'positive' | 'text' | 'type';

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

/** Returns the value of a keyword as JSON Schema 2020-12 allows it, `undefined` if the keyword or the value is invalid. */
export function plainKeyword(keyword: string, value: JsonValue): JsonValue | undefined {
  const kind = Object.hasOwn(PLAIN_KEYWORDS, keyword) ? PLAIN_KEYWORDS[keyword] : undefined;
  return kind && READERS[kind](value);
}

const when = (condition: boolean, value: JsonValue) => (condition ? value : undefined);

const READERS: Record<PlainKind, (value: JsonValue) => JsonValue | undefined> = {
  any: (value) => value,
  count: (value) => count(isInteger(value) && value instanceof ExactNumber ? nearestNumber(value) : value),
  flag: (value) => when(typeof value === 'boolean', value),
  list: (value) => when(Array.isArray(value) && value.length > 0, value),
  'name lists': (value) => (isObject(value) ? nameLists(value) : undefined),
  names: (value) => (Array.isArray(value) ? names(value) : undefined),
  number: (value) => when(isFiniteNumber(value), value),
  pattern: (value) => when(typeof value === 'string' && isPattern(value), value),
  positive: (value) => when(isFiniteNumber(value) && isPositive(value), value),
  text: (value) => when(typeof value === 'string', value),
  type: readType,
};

/** No value has a length that a JavaScript number does not hold exactly. */
function count(value: JsonValue): JsonValue | undefined {
  return when(Number.isInteger(value) && (value as number) >= 0, value);
}

function isFiniteNumber(value: JsonValue): value is number | ExactNumber {
  return value instanceof ExactNumber ? isComparable(value) : Number.isFinite(value);
}

function isPositive(value: number | ExactNumber): boolean {
  return value instanceof ExactNumber ? !value.literal.startsWith('-') : value > 0;
}

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
