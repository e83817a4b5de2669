import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, argumentName, quote } from '../document/errors.js';
import { type JsonObject, type JsonValue, isObject, pointerTokens } from '../document/json.js';

/** Arguments that match the schema of an operation, with a notice for each value that was converted. Plain data. */
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
    copy ??= structuredClone(args);
    const { key, value } = place;
    const owner = placeIn(copy, pointer)?.owner ?? copy;
    // An assignment would lose a member named `__proto__`.
    Object.defineProperty(owner, key, { value: converted, enumerable: true, writable: true, configurable: true });
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
  return Array.isArray(values) ? [...new Set(values.map((value) => typeof value))] : undefined;
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
  return value === undefined || typeof owner !== 'object' || owner === null ? undefined : { owner, key, value };
}

function ownMember(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
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
  integer: (value) => wholeNumber(number(value)),
  number,
  boolean: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  string: scalarText,
  object: (value) => parseJsonText(value, isObject),
  array: (value) => parseJsonText(value, Array.isArray),
};

/** Parses a number in JSON's syntax, unless it has more digits than JavaScript keeps. */
function number(value: JsonValue): number | undefined {
  if (typeof value !== 'string' || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) return undefined;
  return value.replace(/\D/g, '').length <= 15 ? Number(value) : undefined;
}

/** Converts a scalar to text, unless a number has several spellings, such as 1e21. */
function scalarText(value: JsonValue): string | undefined {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && /^-?\d+(?:\.\d+)?$/.test(String(value)) ? String(value) : undefined;
}

function wholeNumber(value: number | undefined): number | undefined {
  return Number.isInteger(value) ? value : undefined;
}

function parseJsonText(value: JsonValue, fits: (parsed: JsonValue) => boolean): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return fits(parsed) ? parsed : undefined;
  } catch {
    return undefined; // text that only begins like JSON
  }
}
