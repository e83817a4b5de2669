/** A JSON value (RFC 8259). */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** A value of the document and its JSON Pointer (RFC 6901). */
export interface Located<T extends JsonValue = JsonValue> {
  readonly value: T;
  readonly pointer: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/** Maps the values of an object. Keeps a key named `__proto__`, which an assignment would lose. */
export function mapMembers<T>(object: JsonObject, change: (value: JsonValue, key: string) => T): { [key: string]: T } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** Appends tokens to a JSON Pointer (RFC 6901, section 3). */
export function pointerTo(base: string, ...tokens: (string | number)[]): string {
  return tokens.reduce<string>(
    (pointer, token) => `${pointer}/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    base,
  );
}

/** Returns the unescaped tokens of a JSON Pointer (RFC 6901, section 4). */
export function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
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
