import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentsError, type JsonObject, type JsonValue } from '../index.js';
import { compileArgumentsCheck } from './check-arguments.js';

function isValid(schema: JsonObject, value: JsonValue): boolean {
  const { $defs = {}, ...body } = schema;
  try {
    compileArgumentsCheck({ type: 'object', properties: { body }, $defs })({ body: value });
    return true;
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return false;
    throw error;
  }
}

const constant = (value: JsonValue) => ({ const: value });
const has = (name: string, more: JsonObject = {}) => ({ properties: { [name]: true }, required: [name], ...more });
// oxlint-disable unicorn/no-thenable -- a keyword of JSON Schema

describe('unevaluatedItems', () => {
  it.each<[string, JsonObject, [JsonValue[], boolean][]]>([
    [
      'nothing',
      {},
      [
        [[], true],
        [[1], false],
      ],
    ],
    [
      'a tuple',
      { prefixItems: [{ type: 'string' }] },
      [
        [['a'], true],
        [['a', 'b'], false],
      ],
    ],
    ['items', { prefixItems: [true], items: { type: 'string' } }, [[[1, 'a'], true]]],
    [
      'contains',
      { prefixItems: [true], contains: constant('a') },
      [
        [[1, 'a'], true],
        [[1, 2], false],
        [[1, 2, 'a'], false],
        [['a', 1], false],
      ],
    ],
    [
      'contains without a minimum',
      { contains: { type: 'string' }, minContains: 0 },
      [
        [[], true],
        [[0], false],
        [['a', 0], false],
        [['a', 'b'], true],
      ],
    ],
    [
      'contains with a maximum',
      { contains: { type: 'string' }, maxContains: 2 },
      [
        [['a', 'b'], true],
        [['a', 'b', 'c'], false],
        [[1, 'a'], false],
        [[], false],
      ],
    ],
    [
      'contains that any item matches',
      { contains: true },
      [
        [[1, 'a'], true],
        [[], false],
      ],
    ],
    [
      'contains of a reference',
      { $ref: '#/$defs/a', $defs: { a: { contains: constant('a') } } },
      [
        [['a', 'a'], true],
        [['a', 'b'], false],
      ],
    ],
    [
      'contains of one alternative',
      { anyOf: [{ contains: constant('a'), maxContains: 1 }, { contains: constant('b') }] },
      [
        [['a', 'b'], true],
        [['b'], true],
        [['a', 'a', 'b'], false],
        [['a', 'c'], false],
      ],
    ],
    ['contains under not', { not: { not: { contains: constant('a') } } }, [[['a'], false]]],
    [
      'alternatives of different lengths',
      { anyOf: [{ prefixItems: [true, constant('b')] }, { prefixItems: [true, true, constant('c')] }] },
      [
        [['a', 'b'], true],
        [['a', 'b', 3], false],
        [['a', 'b', 'c'], true],
        [['a', 'x', 'c'], true],
        [['a', 'x', 'c', 4], false],
      ],
    ],
    [
      'an alternative with items',
      { anyOf: [{ items: { type: 'string' } }, true] },
      [
        [['a', 'b'], true],
        [['a', 1], false],
      ],
    ],
    [
      'an alternative without items',
      { oneOf: [{ minItems: 5 }, { maxItems: 4 }] },
      [
        [[], true],
        [[1], false],
      ],
    ],
    [
      'what precedes a failing alternative',
      {
        $ref: '#/$defs/a',
        $defs: { a: { prefixItems: [true] } },
        anyOf: [{ prefixItems: [constant('x')] }, { maxItems: 3 }],
      },
      [
        [['a'], true],
        [['a', 'b'], false],
      ],
    ],
    [
      'a condition',
      { if: { prefixItems: [constant('a')] } },
      [
        [['a'], true],
        [['b'], false],
        [['a', 'b'], false],
      ],
    ],
    [
      'nested conditions',
      {
        if: { contains: constant('a') },
        then: { if: { contains: constant('b') }, then: { if: { contains: constant('c') } } },
      },
      [
        [[], true],
        [['a', 'a'], true],
        [['a', 'b', 'a'], true],
        [['c', 'a', 'b'], true],
        [['b'], false],
        [['c', 'b'], false],
        [['a', 'c'], false],
      ],
    ],
    ['a cousin', { allOf: [{ prefixItems: [true] }, { unevaluatedItems: false }] }, [[['a'], false]]],
  ])('knows what %s evaluates', (_, schema, values) => {
    for (const [value, expected] of values) {
      expect([value, isValid({ ...schema, unevaluatedItems: false }, value)]).toEqual([value, expected]);
    }
  });

  it('applies a schema to the items that no `contains` matches', () => {
    const schema = {
      allOf: [{ contains: { multipleOf: 2 } }, { contains: { multipleOf: 3 } }],
      unevaluatedItems: { multipleOf: 5 },
    };
    expect(isValid(schema, [2, 3, 4, 5, 6])).toBe(true);
    expect(isValid(schema, [2, 3, 4, 7, 8])).toBe(false);
  });

  it('accepts values of other types', () => {
    const schema = { contains: constant(1), unevaluatedItems: false };
    for (const value of [true, 1, 'a', { a: 1 }, null]) expect(isValid(schema, value)).toBe(true);
  });

  it('explains which item is not allowed', () => {
    const check = compileArgumentsCheck({ properties: { list: { contains: constant(1), unevaluatedItems: false } } });
    const finding = { pointer: '/list', message: '`list` must not have item 1, which no schema describes, got [1,2]' };
    expect(() => check({ list: [1, 2] })).toThrow(new InvalidArgumentsError([finding]));
  });
});

describe('unevaluatedProperties', () => {
  it.each<[string, JsonObject, [JsonObject, boolean][]]>([
    [
      'a condition',
      { if: has('a') },
      [
        [{ a: 1 }, true],
        [{ a: 1, b: 1 }, false],
        [{ b: 1 }, false],
        [{}, true],
      ],
    ],
    [
      'a condition with then',
      { if: has('a'), then: has('b') },
      [
        [{ a: 1, b: 1 }, true],
        [{ a: 1 }, false],
        [{ b: 1 }, false],
      ],
    ],
    [
      'a condition with else',
      { if: { properties: { a: constant(1) }, required: ['a'] }, else: { properties: { b: true } } },
      [
        [{ a: 1 }, true],
        [{ b: 1 }, true],
        [{ a: 2, b: 1 }, false],
        [{ a: 1, b: 1 }, false],
      ],
    ],
    [
      'what precedes a condition that is not met',
      { allOf: [{ properties: { a: true } }], if: has('b') },
      [
        [{ a: 1 }, true],
        [{ a: 1, b: 1 }, true],
        [{ c: 1 }, false],
      ],
    ],
    [
      'what precedes a failing alternative',
      { $ref: '#/$defs/a', $defs: { a: { properties: { a: true } } }, anyOf: [has('b'), { properties: { c: true } }] },
      [
        [{ a: 1, c: 1 }, true],
        [{ a: 1, b: 1, c: 1 }, true],
        [{ a: 1, d: 1 }, false],
      ],
    ],
    [
      'what precedes a failing alternative of oneOf',
      { $ref: '#/$defs/a', $defs: { a: { properties: { a: true } } }, oneOf: [has('b'), has('c')] },
      [
        [{ a: 1, c: 1 }, true],
        [{ a: 1, b: 1 }, true],
        [{ a: 1, b: 1, d: 1 }, false],
      ],
    ],
    [
      'what precedes the contains of another type',
      { allOf: [{ properties: { a: true } }], contains: constant(1) },
      [
        [{ a: 1 }, true],
        [{ b: 1 }, false],
      ],
    ],
  ])('knows what %s evaluates', (_, schema, values) => {
    for (const [value, expected] of values) {
      expect([value, isValid({ ...schema, unevaluatedProperties: false }, value)]).toEqual([value, expected]);
    }
  });
});
