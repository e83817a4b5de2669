import { ExactNumber } from '../numbers/exact-number.js';

/** A JSON value (RFC 8259). An {@link ExactNumber} is a number that a JavaScript number does not hold exactly. */
export type JsonValue = null | boolean | number | ExactNumber | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** A value of the document and its JSON Pointer (RFC 6901). */
export interface Located<T extends JsonValue = JsonValue> {
  readonly value: T;
  readonly pointer: string;
}

export function isObject(value: unknown): value is JsonObject {
  return isContainer(value) && !Array.isArray(value);
}

/** Returns whether a value is an object or an array. */
export function isContainer(value: unknown): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
}

/**
 * Returns an object's own member, never an inherited one: names such as `constructor` or `__proto__` are safe.
 *
 * @returns `undefined` if the value is not an object or has no such member
 */
export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function objectMember(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const found = member(value, name);
  return isObject(found) ? found : undefined;
}

export function stringMember(value: JsonValue | undefined, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
}

export function listMember(value: JsonValue | undefined, name: string): JsonValue[] | undefined {
  const found = member(value, name);
  return Array.isArray(found) ? found : undefined;
}

/** Returns the texts of a list; what else it holds is left out. */
export function textsOf(value: JsonValue | undefined, name: string): string[] {
  return (listMember(value, name) ?? []).filter((item) => typeof item === 'string');
}

/** Maps the values of an object. Keeps a key named `__proto__`, which an assignment would lose. */
export function mapMembers<T>(object: JsonObject, change: (value: JsonValue, key: string) => T): { [key: string]: T } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** Sets a member of an object, or an item of an array. */
export function setMember(owner: JsonObject | JsonValue[], key: string | number, value: JsonValue): void {
  // An assignment would lose a member named `__proto__`.
  if (key === '__proto__')
    Object.defineProperty(owner, key, { value, enumerable: true, writable: true, configurable: true });
  else (owner as JsonObject)[key] = value;
}

/** Copies the objects and arrays of a value. */
export function copyJson<T extends JsonValue>(value: T): T;
export function copyJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => copyJson(item));
  return isObject(value) ? mapMembers(value, (item) => copyJson(item)) : value;
}

/** Appends tokens to a JSON Pointer (RFC 6901, section 3). */
export function pointerTo(base: string, ...tokens: (string | number)[]): string {
  let pointer = base;
  for (const token of tokens) pointer += `/${typeof token === 'string' ? escapeToken(token) : token}`;
  return pointer;
}

function escapeToken(token: string): string {
  // Most tokens need no escape, and a search is faster than two replacements.
  return /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** Returns the unescaped tokens of a JSON Pointer (RFC 6901, section 4). */
export function pointerTokens(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1);
  return pointer.includes('~') ? tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')) : tokens;
}

/** Returns the value at a JSON Pointer, `undefined` if there is none. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) return undefined;
  let value: JsonValue | undefined = root;
  for (const token of pointerTokens(pointer)) {
    value = Array.isArray(value) ? elementAt(value, token) : member(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}

function elementAt(list: JsonValue[], token: string): JsonValue | undefined {
  return /^(?:0|[1-9]\d*)$/.test(token) ? list[Number(token)] : undefined;
}
