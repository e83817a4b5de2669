import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { numberLiteral } from '../testing/number-literals.js';
import { isExact, parseDecimal } from '../numbers/decimal.js';
import { ExactNumber, packJson, stringifyExactly } from '../numbers/exact-number.js';
import { quoteInexactNumbers } from '../numbers/inexact-literals.js';
import { canonicalJson } from './canonical-json.js';
import { hasExactNumber, parseJsonExactly, unpackJson } from './exact-json.js';
import { type JsonValue } from './json.js';

const exact = (literal: string) => new ExactNumber(literal);

const space = fc.constantFrom('', ' ', '\n\t');
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('\\"12345678901234567890', ':12345678901234567890', '__proto__', '\\'),
);

/** A JSON text, and its value in which each number is its literal in an array of one, so that no parser rounds it. */
const { json } = fc.letrec<{ json: { text: string; value: unknown } }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    numberLiteral.map((literal) => ({ text: literal, value: { literal } })),
    text.map((value) => ({ text: JSON.stringify(value), value })),
    fc.constantFrom(null, true, false).map((value) => ({ text: String(value), value })),
    fc.tuple(fc.array(tie('json'), { maxLength: 4 }), space).map(([items, gap]) => ({
      text: `[${gap}${items.map((item) => item.text).join(`${gap},`)}]`,
      value: items.map(({ value }) => value),
    })),
    fc
      .tuple(fc.uniqueArray(fc.tuple(text, tie('json')), { maxLength: 4, selector: ([key]) => key }), space)
      .map(([members, gap]) => ({
        text: `{${members.map(([key, member]) => `${JSON.stringify(key)}:${gap}${member.text}${gap}`).join()}}`,
        value: Object.fromEntries(members.map(([key, { value }]) => [key, value])),
      })),
  ),
}));

/** Returns a value with `{ literal }` in place of each number. */
function withLiterals(value: JsonValue): unknown {
  if (typeof value === 'number') return { literal: String(value) };
  if (value instanceof ExactNumber) return { literal: value.literal };
  if (Array.isArray(value)) return value.map(withLiterals);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withLiterals(item)]));
}

/** Expects the same value, with numbers that are equal as decimals. */
function expectSame(actual: unknown, expected: unknown): void {
  const normalized = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, part: { literal?: unknown } | null) =>
      typeof part?.literal === 'string' ? parseDecimal(part.literal) : part,
    );
  expect(normalized(actual)).toEqual(normalized(expected));
}

describe('parseJsonExactly', () => {
  it.each<[string, JsonValue]>([
    ['9007199254740993', exact('9007199254740993')],
    ['{"id":1915883588174806058,"n":7}', { id: exact('1915883588174806058'), n: 7 }],
    [
      '[1e400, -0.1234567890123456789,1e5,1.000000000000000]',
      [exact('1e400'), exact('-0.1234567890123456789'), 1e5, 1],
    ],
    [
      '{"a":"\\"1234567890123456789,","b":1234567890123456789}',
      { a: '"1234567890123456789,', b: exact('1234567890123456789') },
    ],
    ['{"a":"x\\\\","b":1234567890123456789}', { a: 'x\\', b: exact('1234567890123456789') }],
  ])('keeps the digits of %s', (source, expected) => expect(parseJsonExactly(source)).toEqual(expected));

  it('keeps members of any name', () => {
    const value = parseJsonExactly('{"__proto__":12345678901234567890,"constructor":{"__proto__":1e999}}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(stringifyExactly(value)).toBe('{"__proto__":12345678901234567890,"constructor":{"__proto__":1e999}}');
  });

  it.each([
    '{12345678901234567890:1}',
    '012345678901234567890',
    '[1234567890123456789.]',
    '12345678901234567890,',
    '+1e400',
  ])('rejects %s as JSON.parse does', (source) => expect(() => parseJsonExactly(source)).toThrow(SyntaxError));

  it('reads values that are nested a hundred thousand levels deep', () => {
    const depth = 100_000;
    let value = parseJsonExactly(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`);
    while (Array.isArray(value)) value = value[0] ?? null;
    expect(value).toEqual(exact('12345678901234567890'));
  });

  it('reads back any JSON text', () => {
    fc.assert(
      fc.property(json, ({ text: source, value }) => {
        const parsed = parseJsonExactly(source);
        expectSame(withLiterals(parsed), value);
        expectSame(withLiterals(parseJsonExactly(stringifyExactly(parsed))), value);
        expectSame(withLiterals(unpackJson(structuredClone(packJson(parsed)))), value);
        expect(canonicalJson(parseJsonExactly(canonicalJson(parsed)))).toBe(canonicalJson(parsed));
      }),
    );
  });

  it('makes exact numbers only where they are needed', () => {
    fc.assert(
      fc.property(numberLiteral, (literal) => {
        expect(hasExactNumber([parseJsonExactly(`{"a":${literal}}`)])).toBe(!isExact(literal));
      }),
    );
  });
});

describe('an exact number', () => {
  it('is written as a number', () => {
    expect(stringifyExactly({ a: [exact('1e400'), '"x"'], b: exact('0.10') })).toBe('{"a":[1e400,"\\"x\\""],"b":0.10}');
  });

  it('is a string of digits for JSON.stringify, in texts and in logs', () => {
    const number = exact('9007199254740993');
    expect(JSON.stringify({ number })).toBe('{"number":"9007199254740993"}');
    expect(String(number)).toBe('9007199254740993');
  });

  it('differs from its neighbors and from a string of its digits as canonical JSON', () => {
    const values = [exact('9007199254740993'), 9007199254740992, exact('9007199254740995'), '9007199254740993'];
    const texts = values.map((value) => canonicalJson([value]));
    expect(new Set(texts).size).toBe(values.length);
    expect(canonicalJson([exact('9007199254740993.0')])).toBe(texts[0]);
    expect(canonicalJson([exact('1.10')])).toBe(canonicalJson([1.1]));
  });
});

describe('quoteInexactNumbers', () => {
  it.each<[string, string, number]>([
    ['{"id": 12345678901234567890, "price": 1.0}', '{"id": "12345678901234567890", "price": 1.0}', 1],
    [
      '[1e400,"12345678901234567890",0.1234567890123456789]',
      '["1e400","12345678901234567890","0.1234567890123456789"]',
      2,
    ],
    ['9007199254740993', '"9007199254740993"', 1],
    ['{"a": 1}', '{"a": 1}', 0],
  ])('writes %s as %s', (source, expected, count) => {
    expect(quoteInexactNumbers(source)).toEqual({ json: expected, count });
  });

  it('gives a text that JSON.parse reads without loss', () => {
    fc.assert(
      fc.property(json, ({ text: source, value }) => {
        const quoted = JSON.parse(quoteInexactNumbers(source).json) as JsonValue;
        const digits = (part: unknown): unknown => {
          if (Array.isArray(part)) return part.map(digits);
          if (typeof part !== 'object' || part === null) return part;
          const { literal } = part as { literal?: string };
          if (typeof literal === 'string') return isExact(literal) ? Number(literal) + 0 : literal;
          return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, digits(item)]));
        };
        expect(JSON.stringify(quoted)).toBe(JSON.stringify(digits(value)));
      }),
    );
  });

  it('changes nothing but numbers', () => {
    fc.assert(
      fc.property(fc.array(numberLiteral), (literals) => {
        const source = `[ ${literals.join(' ,')}]`;
        expect(quoteInexactNumbers(source).json.replaceAll('"', '')).toBe(source);
      }),
    );
  });
});
