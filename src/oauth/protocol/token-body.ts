import { isForm } from './body-format.js';

/** The members of a JSON object, or the fields of a form. */
export type Fields = Record<string, unknown>;

/** A JSON pointer (RFC 6901) with at most eight reference tokens. */
export const POINTER = /^(?:\/(?:[^~/]|~[01])*){0,8}$/;

/** A body in a string in a body is read, and no deeper. */
const MAX_ENCODINGS = 2;

/**
 * Reads the body of a token endpoint's response: a JSON object or array, also if it is encoded twice (a JSON string that contains JSON), or a
 * form. Numbers that a JavaScript number would change are strings, because a token may be one.
 *
 * @returns `undefined` if the body is none of these
 */
export function readTokenBody(body: string): unknown {
  const text = body.replace(/^\uFEFF/, '').trim();
  const json = readJson(text, MAX_ENCODINGS);
  if (json !== undefined) return json;
  return isForm(text) ? Object.fromEntries(new URLSearchParams(text)) : undefined;
}

/** Returns the object of a body: the body itself, or if it is an array, the first element with a token, or else the first object. */
export function fieldsOf(body: unknown): Fields | undefined {
  if (!Array.isArray(body)) return isFields(body) ? body : undefined;
  const objects = body.filter(isFields);
  return objects.find((object) => 'access_token' in object) ?? objects[0];
}

/**
 * Resolves a JSON pointer (RFC 6901) in a body. It leads through strings that contain JSON. In an array, a pointer that does not begin with
 * an index applies to the object of {@link fieldsOf}.
 */
export function resolvePointer(body: unknown, pointer: string): unknown {
  const names = pointerNames(pointer);
  const start = Array.isArray(body) && !/^\d+$/.test(names[0] ?? '') ? fieldsOf(body) : body;
  return names.reduce<unknown>((value, name) => decoded((value as Fields | undefined | null)?.[name]), start);
}

/** Splits a JSON pointer into its unescaped reference tokens. */
export function pointerNames(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Reads a string that contains a JSON object or array; returns any other value as it is. */
export function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  return readJson(value.trim(), 1) ?? value;
}

function readJson(text: string, encodings: number): unknown {
  if (encodings === 0 || !/^[{["]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(withExactNumbers(text));
    if (typeof value === 'string') return readJson(value.trim(), encodings - 1);
    return value;
  } catch {
    return undefined; // The caller reports what the body is instead.
  }
}

/** Puts numbers that a JavaScript number would change into quotes. */
function withExactNumbers(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (literal) =>
    literal.startsWith('"') || String(Number(literal)) === literal ? literal : `"${literal}"`,
  );
}
