import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { type JsonValue } from './json.js';

/** Returns the same value with the members of every object in reverse order. */
function reordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, inner]) => [name, reordered(inner)]),
  );
}

const json = fc.jsonValue().map((value) => value as JsonValue);

/** Converts a value to JSON and back, which loses `-0` for example. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('canonicalJson', () => {
  it('sorts the members of every object', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });

  it('keeps the order of arrays', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
  });

  it('is equal for equal values and different for others', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(canonicalJson(reordered(one))).toBe(canonicalJson(one));
        expect(JSON.parse(canonicalJson(one))).toEqual(plain(one));
        expect(canonicalJson(one) === canonicalJson(other)).toBe(isDeepStrictEqual(plain(one), plain(other)));
      }),
    );
  });

  it('keeps members of any name', () => {
    const names = JSON.parse('{"__proto__":{"b":1,"a":2},"constructor":3,"toJSON":4}') as JsonValue;
    expect(canonicalJson(names)).toBe('{"__proto__":{"a":2,"b":1},"constructor":3,"toJSON":4}');
  });
});
