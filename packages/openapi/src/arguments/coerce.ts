import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, argumentName, quote } from '../document/errors.js';
import { parseJsonExactly } from '../document/exact-json.js';
import {
  type JsonObject,
  type JsonValue,
  copyJson,
  isContainer,
  isObject,
  pointerTokens,
  setMember,
} from '../document/json.js';
import { isExact, isJsonNumber } from '../numbers/decimal.js';
import { ExactNumber, isComparable, isInteger, isNumber, numberOf } from '../numbers/exact-number.js';

/** Arguments that match the schema of an operation, with a notice for each value that was converted. */
export interface CheckedArguments {
  readonly args: JsonObject;
  readonly notices: readonly ArgumentFinding[];
}

/**
 * Coerces values of a wrong type that can only mean one value of the right type: models write `"10"` for 10, and JSON text for an object. The
 * caller must check the result.
 *
 * @param args are not changed
 * @param errors the errors of a validator that was compiled with `allErrors` and `verbose`
 * @returns `undefined` if nothing can be converted
 */
export function coerce(args: JsonObject, errors: readonly ErrorObject[]): CheckedArguments | undefined {
  const expected = expectedTypes(errors);
  let copy: JsonObject | undefined;
  const notices: ArgumentFinding[] = [];
  for (const [pointer, types] of expected) {
    const place = placeIn(copy ?? args, pointer);
    const converted = place && convertToOneOf(place.value, types);
    if (place === undefined || converted === undefined) continue;
    copy ??= copyJson(args);
    const { key, value } = place;
    const owner = placeIn(copy, pointer)?.owner ?? copy;
    setMember(owner, key, converted);
    const message = `${argumentName(pointer)} was converted from ${quote(value)} to ${quote(converted)}`;
    notices.push({ pointer, message });
  }
  return copy && { args: copy, notices };
}

/** Returns the expected types by pointer; a container comes before its content. */
function expectedTypes(errors: readonly ErrorObject[]): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { instancePath, keyword, params, parentSchema } of errors) {
    const types = keyword === 'type' ? (params as { type: string | string[] }).type : typesOf(keyword, parentSchema);
    if (types === undefined || instancePath === '') continue;
    const known = places.get(instancePath) ?? new Set();
    places.set(instancePath, known);
    for (const type of [types].flat()) known.add(type);
  }
  return places;
}

/** Returns the types of the values of an `enum` or `const` without `type`. */
function typesOf(keyword: string, schema: unknown): string[] | undefined {
  if ((keyword !== 'enum' && keyword !== 'const') || !isObject(schema) || schema['type'] !== undefined)
    return undefined;
  const values = keyword === 'enum' ? schema['enum'] : [schema['const'] ?? null];
  return Array.isArray(values)
    ? [...new Set(values.map((value) => (isNumber(value) ? 'number' : typeof value)))]
    : undefined;
}

interface Place {
  owner: JsonObject | JsonValue[];
  key: string;
  value: JsonValue;
}

function placeIn(root: JsonObject, pointer: string): Place | undefined {
  const tokens = pointerTokens(pointer);
  const key = tokens.pop() ?? '';
  let owner: JsonValue | undefined = root;
  for (const token of tokens) owner = ownMember(owner, token);
  const value = ownMember(owner, key);
  return value === undefined || !isContainer(owner) ? undefined : { owner, key, value };
}

function ownMember(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (!isContainer(value) || !Object.hasOwn(value, key)) return undefined;
  return (value as JsonObject)[key];
}

/** Converts a value to one of the types. No value can be converted to two of them. */
function convertToOneOf(value: JsonValue, types: ReadonlySet<string>): JsonValue | undefined {
  for (const type of types) {
    const converted = CONVERTERS[type]?.(value);
    if (converted !== undefined) return converted;
  }
  return undefined;
}

const CONVERTERS: Record<string, ((value: JsonValue) => JsonValue | undefined) | undefined> = {
  integer,
  number,
  boolean: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  string: scalarText,
  object: (value) => parseJsonText(value, isObject),
  array: (value) => parseJsonText(value, Array.isArray),
};

/** Parses a number in JSON's syntax, which is written with the same digits. */
function number(value: JsonValue): number | ExactNumber | undefined {
  if (typeof value !== 'string' || !isJsonNumber(value)) return undefined;
  const parsed = numberOf(value);
  return parsed instanceof ExactNumber && !isComparable(parsed) ? undefined : parsed;
}

/** Parses an integer. One such as `3.0` becomes `3`, because servers expect only digits. */
function integer(value: JsonValue): number | ExactNumber | undefined {
  const parsed = number(value);
  if (!isInteger(parsed)) return undefined;
  return parsed instanceof ExactNumber && isExact(parsed.literal) ? Number(parsed.literal) : parsed;
}

/** Converts a scalar to text, unless a number has several spellings, such as 1e21. */
function scalarText(value: JsonValue): string | undefined {
  if (typeof value === 'boolean') return String(value);
  return isNumber(value) && /^-?\d+(?:\.\d+)?$/.test(String(value)) ? String(value) : undefined;
}

function parseJsonText(value: JsonValue, fits: (parsed: JsonValue) => boolean): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed = parseJsonExactly(value);
    return fits(parsed) ? parsed : undefined;
  } catch {
    return undefined; // text that only begins like JSON
  }
}
