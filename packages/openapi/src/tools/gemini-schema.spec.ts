import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue, isObject } from '../index.js';
import { geminiSchema } from './gemini-schema.js';
import { toolDefinition } from './tool-definition.js';

const objectOf = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

/** Converts the schema of one argument. */
function convert(schema: JsonValue, $defs: JsonObject = {}): JsonValue | undefined {
  const { properties } = geminiSchema(objectOf({ a: schema }, { $defs }));
  return isObject(properties) ? properties['a'] : undefined;
}

const NODE = objectOf({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } });

describe('a schema for Gemini', () => {
  it.each<[name: string, schema: JsonValue, expected: JsonObject]>([
    ['has nullable in place of a type list', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    [
      'has alternatives in place of a type list',
      { type: ['string', 'boolean'] },
      { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
    ],
    [
      'has anyOf in place of oneOf',
      { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
      { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
    ],
    [
      'has no alternative of null',
      { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
      { type: 'boolean', nullable: true },
    ],
    [
      'describes alternatives in the first',
      { description: 'Which', anyOf: [{ type: 'string' }, { type: 'boolean' }] },
      { anyOf: [{ type: 'string', description: 'Which' }, { type: 'boolean' }] },
    ],
    [
      'describes what the subset lacks',
      { type: 'string', description: 'Id', format: 'uuid', maxLength: 3, pattern: '^a' },
      { type: 'string', description: 'Id (maxLength: 3; format: "uuid"; pattern: "^a")' },
    ],
    ['keeps formats that Gemini has', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
    [
      'keeps bounds',
      { type: 'integer', minimum: 1, maximum: 9, multipleOf: 2 },
      { type: 'integer', minimum: 1, maximum: 9, description: '(multipleOf: 2)' },
    ],
    ['keeps enums of strings', { enum: ['a', 'b', null] }, { type: 'string', nullable: true, enum: ['a', 'b'] }],
    ['has an enum for a constant', { const: 'a' }, { type: 'string', enum: ['a'] }],
    [
      'describes enums of numbers',
      { type: 'integer', enum: [1, 2] },
      { type: 'integer', description: '(enum: [1,2])' },
    ],
    [
      'describes enums with an empty string',
      { type: 'string', enum: ['', 'a'] },
      { type: 'string', description: '(enum: ["","a"])' },
    ],
    [
      'always has the items of an array',
      { type: 'array' },
      { type: 'array', items: expect.objectContaining({ anyOf: expect.anything() }) as never },
    ],
    [
      'has the items of a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }] },
      { type: 'array', items: { type: 'string' } },
    ],
    [
      'merges the parts of allOf',
      { allOf: [objectOf({ b: { type: 'string' } }, { required: ['b'] }), objectOf({ c: { type: 'boolean' } })] },
      objectOf({ b: { type: 'string' }, c: { type: 'boolean' } }, { required: ['b'] }),
    ],
    [
      'requires only what it has',
      objectOf({ b: { type: 'string' } }, { required: ['b', 'x'] }),
      objectOf({ b: { type: 'string' } }, { required: ['b'] }),
    ],
    [
      'describes maps',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', description: '(additionalProperties: {"type":"string"})' },
    ],
    ['does not mention closed objects', { type: 'object', additionalProperties: false }, { type: 'object' }],
    [
      'lets a model send large numbers as digits',
      { type: 'integer', format: 'int64' },
      expect.objectContaining({
        anyOf: [
          expect.objectContaining({ type: 'integer', format: 'int64' }),
          expect.objectContaining({ type: 'string' }),
        ],
      }) as never,
    ],
  ])('%s', (_, schema, expected) => {
    expect(convert(schema)).toEqual(expected);
  });

  it('inlines references, and ends where they repeat', () => {
    expect(convert({ $ref: '#/$defs/Node', description: 'A tree' }, { Node: NODE })).toEqual({
      ...objectOf({ name: { type: 'string' }, children: { type: 'array', items: { type: 'object' } } }),
      description: 'A tree',
    });
  });

  it('stays small if references multiply', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => {
        const $ref = `#/$defs/D${index + 1}`;
        return [`D${index}`, objectOf({ one: { $ref }, two: { $ref } })];
      }),
    );
    expect(JSON.stringify(convert({ $ref: '#/$defs/D0' }, $defs)).length).toBeLessThan(200_000);
  });

  it('ends before it is too deep', () => {
    const deep = Array.from({ length: 200 }).reduce<JsonObject>((inner) => objectOf({ a: inner }), { type: 'string' });
    expect(JSON.stringify(convert(deep)).match(/"properties"/g)?.length).toBeLessThan(30);
    const shallow = Array.from({ length: 16 }).reduce<JsonObject>((inner) => objectOf({ a: inner }), {
      type: 'string',
    });
    expect(JSON.stringify(convert(shallow))).toContain('{"type":"string"}');
  });
});

describe('a function declaration', () => {
  const source = {
    name: 'op',
    method: 'GET',
    path: '/a',
    summary: 'List',
    description: null,
    isConsequential: false,
    canAlwaysAllow: true,
  };

  it('has name, description and parameters', () => {
    const argumentsSchema = objectOf({ limit: { type: 'integer' } }, { additionalProperties: false });
    expect(toolDefinition({ ...source, argumentsSchema }, 'gemini')).toEqual({
      name: 'op',
      description: 'List',
      parameters: objectOf({ limit: { type: 'integer' } }),
    });
  });

  it('has no parameters if there are no arguments', () => {
    const argumentsSchema = objectOf({}, { additionalProperties: false });
    expect(toolDefinition({ ...source, argumentsSchema }, 'gemini')).toEqual({ name: 'op', description: 'List' });
  });
});
