import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue } from '../document/json.js';
import { ExactNumber } from '../numbers/exact-number.js';
import { isPlain, removeOmittedNulls } from './omitted-nulls.js';

const TEXT = { type: 'string' };
const NULLABLE = { type: ['string', 'null'] };
const object = (properties: JsonObject, required: string[] = [], more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  required,
  ...more,
});
const parameters = (properties: JsonObject, required: string[] = [], $defs?: JsonObject): JsonObject =>
  object(properties, required, { additionalProperties: false, ...($defs && { $defs }) });
const withBody = (body: JsonValue, $defs?: JsonObject) => parameters({ body }, ['body'], $defs);

describe('the arguments of a model', () => {
  it('lose an optional argument that is null and not nullable', () => {
    const schema = parameters({ id: TEXT, page: { type: 'integer' }, body: object({ title: TEXT }) }, ['id']);
    expect(removeOmittedNulls(schema, { id: 'n1', page: null, body: null })).toEqual({ id: 'n1' });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['of the body', withBody(object({ a: TEXT, b: TEXT }, ['a'])), { a: 'x', b: null }, { a: 'x' }],
    [
      'of objects within objects and lists',
      withBody(object({ list: { type: 'array', items: object({ a: TEXT, deep: object({ b: TEXT }) }) } })),
      { list: [{ a: null, deep: { b: null } }, { a: 'x' }] },
      { list: [{ deep: {} }, { a: 'x' }] },
    ],
    [
      'of shared schemas that contain themselves',
      withBody(
        { $ref: '#/$defs/Tree' },
        {
          Tree: object({ name: TEXT, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } }),
        },
      ),
      { name: 'a', children: [{ name: null, children: null }] },
      { name: 'a', children: [{}] },
    ],
    [
      'of an object in parts',
      withBody({ allOf: [{ $ref: '#/$defs/Base' }, object({ b: TEXT })] }, { Base: object({ a: TEXT }) }),
      { a: null, b: null },
      {},
    ],
    [
      'of alternatives that agree',
      withBody({
        oneOf: [object({ a: TEXT, b: TEXT }), object({ b: TEXT, c: TEXT }, ['c'], { additionalProperties: false })],
      }),
      { b: null },
      {},
    ],
    [
      'of an object that does not say that it is one',
      withBody({ properties: { a: { properties: { b: TEXT } } } }),
      { a: null },
      {},
    ],
    ['named like members of all objects', withBody(object({ constructor: TEXT })), { constructor: null }, {}],
  ])('lose optional null properties %s', (_, schema, given, read) => {
    expect(removeOmittedNulls(schema, { body: given })).toEqual({ body: read });
  });

  it.each<[string, JsonObject, JsonValue]>([
    [
      'that may be null',
      withBody(object({ a: NULLABLE, b: { anyOf: [TEXT, { type: 'null' }] } })),
      { a: null, b: null },
    ],
    ['that are required', withBody(object({ a: TEXT }, ['a'])), { a: null }],
    ['that are not described', withBody(object({ a: TEXT })), { x: null }],
    ['that may be anything', withBody(object({ a: {}, b: true })), { a: null, b: null }],
    [
      'that may be null in one of the alternatives',
      withBody({ anyOf: [object({ a: TEXT }), object({ a: NULLABLE })] }),
      { a: null },
    ],
    [
      'that one of the alternatives leaves open',
      withBody({ anyOf: [object({ a: TEXT }), object({ b: TEXT })] }),
      { a: null },
    ],
    ['of a map', withBody({ type: 'object', additionalProperties: { type: ['object', 'null'] } }), { a: null }],
    ['of anything', withBody({}), { a: null, b: [null] }],
    ['in a list', withBody({ type: 'array', items: TEXT }), [null]],
    ['of a tuple', withBody({ type: 'array', prefixItems: [object({ a: TEXT })] }), [{ a: null }]],
    ['that are listed as values', withBody(object({ a: { enum: ['x', null] } })), { a: null }],
  ])('keep nulls %s', (_, schema, body) => {
    const given = { body };
    expect(removeOmittedNulls(schema, given)).toBe(given);
  });

  it('keep unknown arguments, which validation rejects', () => {
    const unknown = { other: 'a', constructor: null };
    expect(removeOmittedNulls(parameters({ top: TEXT }), unknown)).toBe(unknown);
  });

  it('are neither mutated nor followed endlessly', () => {
    const schema = withBody({ $ref: '#/$defs/Tree' }, { Tree: object({ child: { $ref: '#/$defs/Tree' } }) });
    let tree: JsonObject = { child: null };
    for (let level = 0; level < 50_000; level += 1) tree = { child: tree };
    const given = Object.freeze({ body: tree });
    expect(removeOmittedNulls(schema, given)).toBe(given);
  });

  it('support a property named `__proto__`', () => {
    const given = JSON.parse('{"body": {"__proto__": {"a": null}, "b": null}}') as JsonObject;
    const schema = withBody(
      JSON.parse('{"properties": {"__proto__": {"properties": {"a": {"type": "string"}}}}}') as JsonObject,
    );
    expect(JSON.stringify(removeOmittedNulls(schema, given))).toBe('{"body":{"__proto__":{},"b":null}}');
  });
});

it.each<[JsonValue, boolean]>([
  [null, false],
  [{ a: [1, { b: null }] }, false],
  [{ a: [1, { b: new ExactNumber('1e400') }] }, false],
  [{ a: [1, { b: 'null' }], c: {} }, true],
  ['null', true],
  [0, true],
])('detects whether a value contains neither null nor exact numbers: %j, %s', (value, expected) => {
  expect(isPlain(value)).toBe(expected);
});
