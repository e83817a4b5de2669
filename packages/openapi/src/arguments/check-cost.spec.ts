import { describe, expect, it } from '@jest/globals';
import {
  type CompiledOperation,
  compileOperation,
  type JsonObject,
  type JsonValue,
  trustedDocument,
} from '../index.js';
import { cpuTime } from '../testing/cpu-time.js';

const { raw } = String;
const many = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));
const named = (length: number, schema: (index: number) => JsonValue, name = 'p') =>
  Object.fromEntries(many(length, (index) => [`${name}${index}`, schema(index)]));
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const TEXT = { type: 'string' };

/** Compiles an operation whose body has this schema. A new document each time, so that nothing is compiled before. */
function operationOf(schema: JsonValue, schemas: JsonObject = {}): CompiledOperation {
  const requestBody = { content: { 'application/json': { schema } } };
  const post = { operationId: 'op', requestBody, responses: {} };
  const head = { openapi: '3.1.1', info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
  const document = trustedDocument({ ...head, paths: { '/x': { post } }, components: { schemas } });
  const operation = compileOperation(document, 'op');
  if (!operation) throw new Error('the operation cannot be called');
  return operation;
}

/** Schemas that each refer to the next one twice. */
function doubling(join: (next: JsonObject) => JsonObject, last: JsonObject, levels = 60): [JsonValue, JsonObject] {
  const schemas: JsonObject = { [`A${levels}`]: last };
  for (let level = 0; level < levels; level += 1) schemas[`A${level}`] = join(ref(`A${level + 1}`));
  return [ref('A0'), schemas];
}

const nested = (levels: number, end: JsonValue, wrap: (inner: JsonValue) => JsonValue) =>
  many(levels, String).reduce<JsonValue>(wrap, end);

type Attack = [name: string, schema: [JsonValue, JsonObject?], body: JsonValue];

const LETTERS = `${'a'.repeat(5000)}!`;
const MEGABYTE = 'a'.repeat(1_000_000);
const items = (schema: JsonValue, more: JsonObject = {}): JsonObject => ({ type: 'array', items: schema, ...more });

/** Attacks that have one size. */
const ATTACKS: Attack[] = [
  ['anyOf that doubles', doubling((next) => ({ anyOf: [next, { ...next, title: 'b' }] }), TEXT), {}],
  ['allOf that doubles', doubling((next) => ({ allOf: [next, { ...next, title: 'b' }] }), TEXT), {}],
  ['oneOf that doubles ten times', doubling((next) => ({ oneOf: [next, { ...next, title: 'b' }] }), TEXT, 10), {}],
  ['not within anyOf', doubling((next) => ({ anyOf: [{ not: next }, { not: { ...next } }] }), { required: ['z'] }), {}],
  [
    'recursion',
    [ref('T'), { T: { properties: { a: { anyOf: [ref('T'), ref('T')] } } } }],
    nested(60, 1, (a) => ({ a })),
  ],
  [
    'shared leaves',
    [{ properties: named(90, () => ref('L')) }, { L: { properties: named(90, () => TEXT) } }],
    named(90, () => named(10, () => 1)),
  ],
  ['uniqueItems of 5000 objects', [items({}, { uniqueItems: true })], many(5000, (a) => ({ a, b: { c: a } }))],
  ['enum of 10,000 objects', [{ enum: many(10_000, (a) => ({ [`${'common'.repeat(20)}${a}`]: a })) }], { a: 1 }],
  ['a long text and a simple pattern', [{ type: 'string', pattern: '^[a-z]+$' }], `${MEGABYTE}!`],
  ['an unanchored pattern', [{ type: 'string', pattern: '[a-z]+[0-9]' }], LETTERS],
  ['an ambiguous pattern', [{ type: 'string', pattern: '^(?:a|b|ab)*c$' }], `c${'ab'.repeat(2500)}`],
  ['an exponential pattern', [{ type: 'string', pattern: '^(a+)+$' }], LETTERS],
  ['a pattern with large counts', [{ type: 'string', pattern: '(?:a{0,900}b{0,900}){900}' }], LETTERS],
  ['a back reference', [{ type: 'string', pattern: raw`^(a+)+\1$` }], LETTERS],
  ['lookarounds', [{ type: 'string', pattern: '^(?:(?=.*b)a)*$' }], LETTERS],
  ['a large dependentRequired', [{ dependentRequired: { a: many(1500, (a) => `name${a}`) } }], { a: 1 }],
  [
    'unevaluatedProperties',
    [{ anyOf: many(60, (a) => ({ properties: named(10, () => true, `q${a}`) })), unevaluatedProperties: false }],
    named(600, () => 1),
  ],
  ['deep arguments', [{}], nested(30_000, 1, (inner) => [inner])],
  ['deep arguments with nulls', [{}], nested(150, null, (a) => ({ a }))],
];

/** Attacks of any size. The largest that is called fast is measured, where a wrong bound would show. */
const SCALED: [name: string, attack: (size: number) => [schema: JsonValue, body: JsonValue]][] = [
  ['unique objects', (n) => [items({}, { uniqueItems: true }), many(n, (a) => ({ a, b: { c: a } }))]],
  ['unique texts', (n) => [items({}, { uniqueItems: true }), many(50, (a) => `${'x'.repeat(n)}${a}`)]],
  [
    'uniqueItems of one list',
    (n) => [{ allOf: many(n, () => ({ uniqueItems: true })) }, many(n, (a) => ({ a, b: [a] }))],
  ],
  ['values of an enum', (n) => [{ enum: many(n, (a) => ({ [`common${a}`]: a })) }, named(n, () => 'x', 'common')]],
  ['enums of a large object', (n) => [{ allOf: many(n, (a) => ({ enum: [{ a }] })) }, named(n, (a) => [a])]],
  ['constants and a long text', (n) => [{ allOf: many(n, (a) => ({ const: `c${a}` })) }, 'x'.repeat(n * 50)]],
  ['failing enums', (n) => [items({ enum: many(60, (a) => `value ${a}`) }), many(n, String)]],
  ['characters of a pattern', (n) => [{ pattern: '^[a-z]+$' }, `${'a'.repeat(n * 100)}!`]],
  ['characters of an ambiguous run', (n) => [{ pattern: '^.*(?:a|b|c|d)x$' }, 'a'.repeat(n * 100)]],
  ['characters of a deterministic loop', (n) => [{ pattern: '^([a-z]+-)*[0-9]$' }, 'abc-'.repeat(n * 20)]],
  ['linear patterns', (n) => [{ allOf: many(n, (a) => ({ pattern: `^[a-z]*${a}` })) }, 'a'.repeat(n * 100)]],
  ['Unicode properties', (n) => [{ pattern: `^${raw`\p{L}`.repeat(n)}` }, 'a'.repeat(n)]],
  ['classes of a pattern', (n) => [{ pattern: `^${raw`\S\W.`.repeat(n)}` }, 'a-'.repeat(n)]],
  ['patterns of RE2', (n) => [{ allOf: many(n, (a) => ({ pattern: `^(?:a|b|ab)*c${a}$` })) }, `c${'ab'.repeat(n)}`]],
  ['states of RE2', (n) => [{ pattern: `(?:a|b)*a${'(?:a|b)'.repeat(n)}c` }, `c${'abbabaababba'.repeat(n * 5)}`]],
  ['counts of RE2', (n) => [{ pattern: `(?:[a-z]{0,${n}}[0-9]?){0,${n}}_$` }, `_${'ab1'.repeat(n * 10)}`]],
  ['characters of RE2', (n) => [{ pattern: raw`^(\w+\s?)*$` }, `${'word '.repeat(n * 10)}!`]],
  [
    'names and patterns',
    (n) => [{ patternProperties: { '^(a|b)*$': TEXT, '[a-z]+[0-9]': TEXT } }, named(n, () => 1, 'x'.repeat(50))],
  ],
  [
    'patterns of names',
    (n) => [{ propertyNames: { pattern: '^(?:a|b|ab)*c$' } }, named(n, () => 1, 'ab'.repeat(Math.min(n, 100)))],
  ],
  ['required names', (n) => [items({ required: many(n, (a) => `n${a}`) }), many(n, () => ({}))]],
  ['dependent names', (n) => [{ dependentRequired: named(n, () => many(10, (a) => `n${a}`)) }, named(n, () => 1)]],
  ['conditions', (n) => [{ dependentSchemas: named(n, () => ({ required: ['x', 'y'] })) }, named(n, () => 1)]],
  ['contained items', (n) => [{ contains: { allOf: many(20, () => TEXT) }, minContains: n }, many(n, (a) => a)]],
  ['multiples', (n) => [items({ allOf: many(20, (a) => ({ multipleOf: 0.1 + a })) }), many(n, (a) => a + 0.123)]],
  ['converted texts', (n) => [items({ type: 'integer' }), many(n, String)]],
  [
    'converted texts of alternatives',
    (n) => [items({ anyOf: many(20, () => ({ type: ['integer', 'boolean'] })) }), many(n, String)],
  ],
  ['characters of a number', (n) => [{ type: 'integer' }, '1'.repeat(n * 1000)]],
  ['JSON in a text', (n) => [items({ allOf: many(20, () => TEXT) }), JSON.stringify(many(n, () => 1))]],
  [
    'JSON with a long name',
    (n) => [
      { type: 'object', additionalProperties: items(TEXT) },
      JSON.stringify({ ['n'.repeat(n)]: many(n, () => 1) }),
    ],
  ],
  ['JSON in many texts', (n) => [items(items({ type: 'string' })), many(n, () => '[1,2,3,4,5,6]')]],
  [
    'long names with errors',
    (n) => [{ additionalProperties: { allOf: many(100, () => TEXT) } }, { ['n'.repeat(n * 100)]: 1 }],
  ],
  [
    'nested long names',
    (n) => [
      nested(30, { allOf: many(20, () => TEXT) }, (a) => ({ additionalProperties: a })),
      nested(30, 1, (a) => ({ ['n'.repeat(n)]: a })),
    ],
  ],
  ['long names in the schema', (n) => [{ properties: { ['n'.repeat(n * 5)]: { allOf: many(n, () => TEXT) } } }, {}]],
  ['errors of alternatives', (n) => [items({ anyOf: [TEXT, { type: 'object' }] }), many(n, (a) => a)]],
  [
    'errors of many alternatives',
    (n) => [items({ oneOf: many(30, (a) => ({ required: [`p${a}`] })) }), many(n, () => ({}))],
  ],
  ['errors about a large value', (n) => [{ allOf: many(n, () => ({ maxItems: 1 })) }, many(n, () => 'x'.repeat(n))]],
  [
    'unknown arguments',
    (n) => [{ properties: named(100, () => TEXT), additionalProperties: false }, named(n, () => 1, 'unknown')],
  ],
  [
    'omitted nulls',
    (n) => [
      { properties: named(n, () => ({ anyOf: many(3, () => ({ properties: { a: TEXT } })) })) },
      named(n, () => ({ a: null })),
    ],
  ],
  [
    'omitted nulls of items',
    (n) => [
      items({ anyOf: many(20, () => ({ properties: { a: TEXT, b: TEXT } })) }),
      many(n, () => ({ a: null, b: null })),
    ],
  ],
  [
    'omitted nulls and an enum',
    (n) => [
      { required: many(n, (a) => `r${a}`), properties: named(20, () => ({ enum: many(n, String) })) },
      named(20, () => null),
    ],
  ],
  [
    'omitted nulls and enums',
    (n) => [items({ properties: { a: TEXT }, enum: many(n, String) }), many(n, () => ({ a: null }))],
  ],
  [
    'nested allOf',
    (n) => [
      nested(Math.min(n, 40), {}, (a) => ({
        not: {},
        properties: { a: TEXT },
        allOf: [a, { properties: named(5, () => TEXT) }],
      })),
      named(5, () => null),
    ],
  ],
  ['properties', (n) => [{ properties: named(n, () => TEXT) }, named(n, () => 1)]],
  [
    'nested properties',
    (n) => [
      nested(Math.min(n, 40), TEXT, (a) => ({ properties: { a, ...named(5, () => TEXT) } })),
      nested(Math.min(n, 40), 1, (a) => ({ a })),
    ],
  ],
  [
    'formats',
    (n) => [
      { allOf: ['date', 'date-time', 'email', 'ipv4', 'ipv6', 'uuid'].map((format) => ({ format })) },
      `a@${'a-'.repeat(n * 20)}`,
    ],
  ],
  ['labels of an address', (n) => [{ format: 'email' }, `a@${'a.'.repeat(n * 100)}`]],
  ['lengths', (n) => [{ allOf: many(50, (a) => ({ minLength: a })) }, 'é'.repeat(n * 100)]],
  ['a tuple', (n) => [{ prefixItems: many(n, () => TEXT) }, many(n, (a) => a)]],
];
const SIZES = [8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8];

/** The longest check of arguments that is called fast, in milliseconds of CPU time. */
const FAST = 50;

/** Returns the CPU time of the first of all checks in milliseconds, with the compilation. */
const checkTime = (make: () => CompiledOperation, args: JsonObject): number =>
  cpuTime(() => {
    const operation = make();
    return () => operation.check(args);
  }, FAST);

describe('isCheckFast', () => {
  it.each(ATTACKS)('is false or bounds the check against %s', (_, [schema, schemas], body) => {
    const make = () => operationOf(schema, schemas);
    const time = make().isCheckFast({ body }) ? checkTime(make, { body }) : 0;
    expect(time).toBeLessThan(FAST);
  });

  it.each(SCALED)('bounds the check of the largest fast attack with %s', (_, attack) => {
    const fits = (size: number) => operationOf(attack(size)[0]).isCheckFast({ body: attack(size)[1] });
    const [schema, body] = attack(SIZES.find(fits) ?? 0);
    expect(checkTime(() => operationOf(schema), { body })).toBeLessThan(FAST);
  });

  it.each<[string, [JsonValue, JsonObject?], JsonValue]>([
    [
      'a form',
      [{ type: 'object', required: ['a'], properties: named(30, () => ({ type: 'string', maxLength: 200 })) }],
      named(30, () => 'text'),
    ],
    ['a long text', [{ type: 'object', properties: { text: TEXT } }], { text: 'x'.repeat(200_000) }],
    [
      'a list of objects',
      [items({ type: 'object', properties: named(5, () => ({ type: 'integer' })) })],
      many(50, () => named(5, (a) => a)),
    ],
    ['a pattern that V8 tests in linear time', [{ type: 'string', pattern: '^[a-z-]+$' }], 'a-b'],
    ['a pattern that RE2 tests', [{ type: 'string', pattern: raw`^([a-z]+\s?)*$` }], 'some words in a line'],
    [
      'shared schemas',
      [{ properties: { a: ref('A'), b: ref('A') } }, { A: { properties: { c: TEXT } } }],
      { a: { c: 'x' }, b: { c: 'y' } },
    ],
    ['patterns of names', [{ patternProperties: { '^x-': TEXT } }], { 'x-a': 'b' }],
    ['unique tags', [items(TEXT, { uniqueItems: true })], many(30, String)],
  ])('is true for %s', (_, [schema, schemas], body) => {
    expect(operationOf(schema, schemas).isCheckFast({ body })).toBe(true);
  });

  it.each<[string, [JsonValue, JsonObject?], JsonValue]>([
    ['a large schema', [{ description: 'x'.repeat(24_000) }], {}],
    ['a recursive schema', [ref('T'), { T: { properties: { a: ref('T') } } }], {}],
    ['a pattern without a bound', [{ properties: { a: { pattern: raw`^(a+)\1$` } } }], {}],
    ['unevaluatedProperties', [{ unevaluatedProperties: false }], {}],
    ['too many values', [items({})], many(50_000, () => 1)],
    ['a very long text', [TEXT], MEGABYTE],
    ['JSON of many values in a text', [items(TEXT)], JSON.stringify(many(50_000, () => 1))],
    ['arguments of too many levels', [{}], nested(500, 1, (inner) => [inner])],
  ])('is false for %s', (_, [schema, schemas], body) => {
    expect(operationOf(schema, schemas).isCheckFast({ body })).toBe(false);
  });

  it('takes bounded time itself for many patterns', () => {
    const pattern = (a: number) => `^(?:(?:(?:(?:(?:a*b)*c)*d)*e)*f${a})*$`;
    const operation = operationOf({ properties: named(350, (a) => ({ pattern: pattern(a) })) });
    expect(operation.isCheckFast({ body: {} })).toBe(false);
    expect(cpuTime(() => () => operation.isCheckFast({ body: {} }), 100)).toBeLessThan(100);
  });

  it('does not compile a schema of more than 24,000 characters', () => {
    const operation = operationOf({
      properties: named(4000, (a) => ({ type: 'string', pattern: `^(?:a|b|ab)*c${a}$` })),
    });
    const work = () => {
      for (let count = 0; count < 100; count += 1) operation.isCheckFast({ body: {} });
    };
    expect(cpuTime(() => work, 300)).toBeLessThan(300);
  });
});
