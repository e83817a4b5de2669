import { ExactNumber, type PackedJson, randomMark } from '../numbers/exact-number.js';
import { mayHaveInexactNumbers, replaceInexactNumbers } from '../numbers/inexact-literals.js';
import { type JsonObject, type JsonValue, isContainer, setMember } from './json.js';

/**
 * Parses JSON like `JSON.parse`, except that a number that a JavaScript number does not hold exactly becomes an {@link ExactNumber}. Costs
 * little more if the text has no number with sixteen digits or an exponent.
 *
 * @throws {SyntaxError} the text is not JSON
 */
export function parseJsonExactly(text: string): JsonValue {
  return withExactNumbers(text, JSON.parse(text) as JsonValue);
}

/**
 * Returns a parsed value with the exact numbers of its text, for values that another parser has checked.
 *
 * @param parsed the value of `JSON.parse(text)`; it is returned as it is if it holds all numbers exactly
 */
export function withExactNumbers(text: string, parsed: JsonValue): JsonValue {
  if (!mayHaveInexactNumbers(text)) return parsed;
  const mark = randomMark();
  const { json, count } = replaceInexactNumbers(text, (literal) => `"${mark}${literal}"`);
  return count === 0 ? parsed : unpackJson({ json, mark });
}

/** Restores the value of `packJson`. */
export function unpackJson({ json, mark }: PackedJson): JsonValue {
  const root = [JSON.parse(json) as JsonValue];
  const pending: (JsonObject | JsonValue[])[] = mark === undefined ? [] : [root];
  for (let owner = pending.pop(); owner !== undefined; owner = pending.pop()) {
    const restore = (value: JsonValue, key: string | number) => {
      if (typeof value !== 'string') return isContainer(value) ? void pending.push(value) : undefined;
      if (value.startsWith(mark ?? '')) setMember(owner, key, new ExactNumber(value.slice(mark?.length)));
    };
    if (Array.isArray(owner)) owner.forEach(restore);
    else for (const key of Object.keys(owner)) restore(owner[key] ?? null, key);
  }
  return root[0] ?? null;
}

/** Returns whether a value contains an exact number; a cheap test, because most values contain none. */
export function hasExactNumber(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ExactNumber) return true;
  if (Array.isArray(value)) return value.some(hasExactNumber);
  for (const key in value) if (hasExactNumber(value[key] ?? null)) return true;
  return false;
}
