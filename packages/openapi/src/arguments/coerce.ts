import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, nameOf, shown } from '../document/errors.js';
import { type JsonObject, type JsonValue, isObject, pointerTokens } from '../document/json.js';

/** Arguments that are read in the only way that they can be, and what was read how. */
export interface Coercion {
  readonly args: JsonObject;
  readonly notices: readonly ArgumentFinding[];
}

/**
 * Reads values that were given in the wrong one of two obvious types as what they can only be: models write `"10"` for 10, and JSON text
 * for an object. There is one such reading or none; whether it is valid the caller must check.
 *
 * @param args are not changed
 * @param errors of a validator that was compiled with `allErrors` and `verbose`
 * @returns `undefined` where nothing can be read in another way
 */
export function coerce(args: JsonObject, errors: readonly ErrorObject[]): Coercion | undefined {
  const wanted = typesByPlace(errors);
  if (wanted.size === 0) return undefined;
  const copy = structuredClone(args);
  const notices: ArgumentFinding[] = [];
  for (const [pointer, types] of wanted) {
    const place = placeIn(copy, pointer);
    if (place === undefined) continue;
    const { owner, key, value } = place;
    const reading = onlyReading(value, types);
    if (reading === undefined) continue;
    // No assignment, which would swallow a member named `__proto__`.
    Object.defineProperty(owner, key, { value: reading, enumerable: true, writable: true, configurable: true });
    const message = `${nameOf(pointer)} was given as ${shown(value)} and read as ${shown(reading)}`;
    notices.push({ pointer, message });
  }
  return { args: copy, notices };
}

/** Which types would have been right, of the values that are of a wrong one; those in front of what they contain. */
function typesByPlace(errors: readonly ErrorObject[]): Map<string, Set<string>> {
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

/** An `enum` or `const` without a `type` says by its values what type they have. */
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

/** The value in one of the types; there is no value that can be read in two. */
function onlyReading(value: JsonValue, types: ReadonlySet<string>): JsonValue | undefined {
  for (const type of types) {
    const reading = READERS[type]?.(value);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

const READERS: Record<string, ((value: JsonValue) => JsonValue | undefined) | undefined> = {
  integer: (value) => wholeNumber(number(value)),
  number,
  boolean: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  string: plainText,
  object: (value) => structured(value, isObject),
  array: (value) => structured(value, Array.isArray),
};

/** As JSON writes numbers, and no longer than a number holds it: `"12345678901234567890"` would become another one. */
function number(value: JsonValue): number | undefined {
  if (typeof value !== 'string' || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) return undefined;
  return value.replace(/\D/g, '').length <= 15 ? Number(value) : undefined;
}

/** Numbers that are written in more than one way, such as 1e21, are none that can only mean one text. */
function plainText(value: JsonValue): string | undefined {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && /^-?\d+(?:\.\d+)?$/.test(String(value)) ? String(value) : undefined;
}

function wholeNumber(value: number | undefined): number | undefined {
  return Number.isInteger(value) ? value : undefined;
}

function structured(value: JsonValue, fits: (parsed: JsonValue) => boolean): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return fits(parsed) ? parsed : undefined;
  } catch {
    return undefined; // text that only begins like JSON
  }
}
