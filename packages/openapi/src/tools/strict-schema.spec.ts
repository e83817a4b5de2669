import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, isObject, valueAt } from '../document/json.js';
import { removeOmittedNulls } from '../arguments/omitted-nulls.js';
import { strictSchema } from './strict-schema.js';

const TEXT = { type: 'string' };
const open = (properties: JsonObject, required: string[] = Object.keys(properties)): JsonObject => ({
  type: 'object',
  properties,
  required,
});
const closed = (properties: JsonObject, required?: string[]): JsonObject => ({
  ...open(properties, required),
  additionalProperties: false,
});
const withBody = (body: JsonValue, $defs?: JsonObject) => ({ ...closed({ body }), ...($defs && { $defs }) });

/** Returns the strict schema of a required body. */
const strictBody = (body: JsonValue, $defs?: JsonObject) => {
  const schema = strictSchema(withBody(body, $defs));
  return schema && valueAt(schema, '/properties/body');
};

describe('strictSchema', () => {
  it('requires every argument and allows null for optional ones', () => {
    const properties = { id: TEXT, page: { type: 'integer', description: 'Which', default: 1 } };
    expect(strictSchema({ ...closed(properties, ['id']) })).toEqual(
      closed({ id: TEXT, page: { type: ['integer', 'null'], description: 'Which (default: 1)' } }),
    );
    expect(strictSchema(closed({}))).toEqual(closed({}));
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['objects are closed', open({ a: TEXT }), closed({ a: TEXT })],
    [
      'an enum may be null',
      open({ a: { ...TEXT, enum: ['x'] } }, []),
      closed({ a: { type: ['string', 'null'], enum: ['x', null] } }),
    ],
    [
      'an optional object is one alternative',
      open({ a: { ...open({ b: TEXT }), description: 'A' } }, []),
      closed({ a: { description: 'A', anyOf: [closed({ b: TEXT }), { type: 'null' }] } }),
    ],
    ['a constant is an enum', { const: 'x' }, { type: 'string', enum: ['x'] }],
    [
      'values tell their type',
      { enum: ['x', 1, null] },
      { anyOf: [{ type: 'string', enum: ['x'] }, { type: 'number', enum: [1] }, { type: 'null' }] },
    ],
    ['properties tell that it is an object', { properties: { a: TEXT }, required: ['a'] }, closed({ a: TEXT })],
    [
      'several types are alternatives',
      { type: ['string', 'integer'], minimum: 1, pattern: '^a', title: 'T' },
      {
        description: 'T',
        anyOf: [
          { type: 'string', pattern: '^a' },
          { type: 'integer', minimum: 1 },
        ],
      },
    ],
    ['oneOf is anyOf', { oneOf: [TEXT, { type: 'integer' }] }, { anyOf: [TEXT, { type: 'integer' }] }],
    [
      'allOf with one part is that part',
      { allOf: [{ ...TEXT, description: 'a' }], description: 'b' },
      { ...TEXT, description: 'b' },
    ],
    [
      'an object in allOf is merged',
      { allOf: [open({ a: TEXT }), { required: ['b'] }], properties: { b: TEXT }, description: 'both' },
      { description: 'both', ...closed({ b: TEXT, a: TEXT }) },
    ],
    [
      'keywords that OpenAI supports are kept',
      { type: 'array', items: { type: 'integer', minimum: 1, multipleOf: 2 }, minItems: 1, maxItems: 3 },
      { type: 'array', items: { type: 'integer', minimum: 1, multipleOf: 2 }, minItems: 1, maxItems: 3 },
    ],
    [
      'other keywords are moved to the description',
      { ...TEXT, minLength: 1, format: 'uri', pattern: '^(?=a)', examples: ['x'], default: 'y'.repeat(200) },
      { ...TEXT, description: '(examples: ["x"]; minLength: 1; pattern: "^(?=a)"; format: "uri")' },
    ],
    ['formats that it supports are kept', { ...TEXT, format: 'date' }, { ...TEXT, format: 'date' }],
  ])('converts schemas: %s', (_, body, expected) => {
    expect(strictBody(body)).toEqual(expected);
  });

  it('keeps shared and recursive schemas, and references without siblings', () => {
    const Tree = open({ name: TEXT, parent: { $ref: '#/$defs/Tree' } }, ['name']);
    const $defs = { Tree: closed({ name: TEXT, parent: { anyOf: [{ $ref: '#/$defs/Tree' }, { type: 'null' }] } }) };
    expect(strictSchema(withBody({ $ref: '#/$defs/Tree', description: 'A tree' }, { Tree }))).toEqual(
      withBody({ description: 'A tree', anyOf: [{ $ref: '#/$defs/Tree' }] }, $defs),
    );
    expect(strictBody({ $ref: '#/$defs/Tree' }, { Tree })).toEqual({ $ref: '#/$defs/Tree' });
  });

  it('allows null for an optional nullable parameter, which omits it as well', () => {
    const nullable = { type: ['string', 'null'] };
    expect(strictSchema(closed({ page: nullable }, []))).toEqual(closed({ page: nullable }));
    expect(strictSchema(closed({ body: nullable }, []))).toBeUndefined();
  });

  const deep = (levels: number): JsonObject => (levels === 0 ? TEXT : { type: 'array', items: deep(levels - 1) });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, TEXT]));
  const values = (count: number, length = 4) => ({
    ...TEXT,
    enum: Array.from({ length: count }, (_, index) => String(index).padStart(length)),
  });

  it.each<[string, JsonValue, JsonObject?]>([
    ['anything', {}],
    ['nothing', false],
    ['an object of anything', { type: 'object' }],
    ['a map', { type: 'object', additionalProperties: TEXT }],
    ['an object that is left open', { ...open({ a: TEXT }), additionalProperties: true }],
    ['a property that is required and not described', open({ a: TEXT }, ['a', 'b'])],
    ['an optional property that may be null', open({ a: { type: ['string', 'null'] } }, [])],
    [
      'an optional property that may be null in one of two forms',
      { anyOf: [open({ a: TEXT }, []), open({ b: TEXT, a: { type: ['string', 'null'] } })] },
    ],
    ['an optional property that one of two forms leaves open', { anyOf: [open({ a: TEXT }, []), open({ b: TEXT })] }],
    [
      'an optional property that is shared by parts of two forms',
      {
        anyOf: [open({ x: TEXT, p: open({ a: TEXT }, []) }), open({ y: TEXT, p: open({ b: TEXT }) })],
      },
    ],
    ['a list of anything', { type: 'array' }],
    ['a tuple', { type: 'array', prefixItems: [TEXT], items: TEXT }],
    ['a condition', { ...open({ a: TEXT }), if: open({ a: TEXT }), else: {} }],
    ['an exception', { ...TEXT, not: { const: 'x' } }],
    [
      'alternatives beside properties',
      { ...open({ a: TEXT, b: TEXT }, []), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    ],
    ['parts that are no objects', { allOf: [TEXT, { minLength: 1 }] }],
    ['parts with the same property', { allOf: [open({ a: TEXT }), open({ a: { ...TEXT, minLength: 1 } })] }],
    ['an object listed as a value', { enum: [{ a: 1 }] }],
    ['forms that begin with the same property', { anyOf: [open({ a: TEXT }), open({ a: TEXT, b: TEXT })] }],
    ['a shared schema that cannot be strict', { $ref: '#/$defs/A' }, { A: {} }],
    ['more than 10 levels', deep(10)],
    ['more than 5000 properties', open(many(5000))],
    [
      'many properties many times',
      open({ a: { allOf: [{ $ref: '#/$defs/A' }] }, b: { allOf: [{ $ref: '#/$defs/A' }] } }),
      { A: open(many(1700)) },
    ],
    ['more than 1000 values', values(1001)],
    ['long values beyond 250', values(251, 60)],
    ['names of more than 120,000 characters', open({ ['a'.repeat(120_000)]: TEXT })],
  ])('returns undefined for %s', (_, ...schemas) => {
    expect(strictBody(...schemas)).toBeUndefined();
  });

  it.each<[string, JsonValue]>([
    ['10 levels', deep(9)],
    ['5000 properties', open(many(4999))],
    ['1000 values', values(1000)],
    ['long values up to 250', values(250, 100)],
  ])('accepts up to %s', (_, body) => {
    expect(strictBody(body)).toEqual(expect.any(Object));
  });

  it('takes bounded time if schemas multiply', () => {
    const twice = (name: string) => ({
      anyOf: [{ $ref: `#/$defs/${name}` }, open({ [name]: { $ref: `#/$defs/${name}` } })],
    });
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`d${index}`, index === 0 ? TEXT : twice(`d${index - 1}`)]),
    );
    expect(strictBody({ $ref: '#/$defs/d59' }, $defs)).toEqual({ $ref: '#/$defs/d59' });
    const parts = Array.from({ length: 60 }, (_, index) => ({ $ref: `#/$defs/p${index}` }));
    const all = Object.fromEntries(parts.map((__, index) => [`p${index}`, { allOf: parts.slice(index + 1) }]));
    expect(strictBody({ allOf: parts }, all)).toBeUndefined();
  });
});

/** A schema and values that it allows. */
interface Sample {
  schema: JsonObject;
  values: JsonValue[];
}

const SAMPLE = fc.letrec<{ sample: Sample; object: Sample }>((tie) => ({
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'toString'), tie('sample'), fc.boolean(), fc.boolean()), {
      selector: ([name]) => name,
      maxLength: 3,
    })
    .map((members) => ({
      schema: {
        type: 'object',
        properties: Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
        required: members.filter(([, , isRequired]) => isRequired).map(([name]) => name),
        ...(members.length % 2 === 0 && { additionalProperties: false }),
      },
      values: [0, 1].map((round) =>
        Object.fromEntries(
          members
            .filter(([, , isRequired, isThere]) => isRequired || isThere)
            .map(([name, { values }]) => [name, values[round % values.length] ?? null]),
        ),
      ),
    })),
  sample: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Sample>(
      { schema: { type: 'string', maxLength: 3 }, values: ['x', ''] },
      { schema: { type: 'integer', minimum: 0 }, values: [0] },
      { schema: { enum: ['x', 2] }, values: [2, 'x'] },
      { schema: { type: 'string', enum: ['y'] }, values: ['y'] },
    ),
    fc.constantFrom<Sample>(
      { schema: { type: ['string', 'null'] }, values: [null, 'x'] },
      { schema: {}, values: [null, { a: null }] },
      { schema: { $ref: '#/$defs/Tree' }, values: [{ name: 'r', child: { name: 'c' } }] },
    ),
    tie('object'),
    tie('object'),
    tie('sample').map(({ schema, values }) => ({ schema: { type: 'array', items: schema }, values: [values, []] })),
    fc.tuple(tie('sample'), tie('sample'), fc.constantFrom('anyOf', 'oneOf')).map(([one, other, keyword]) => ({
      schema: { [keyword]: [one.schema, { type: 'object', properties: { k: other.schema }, required: ['k'] }] },
      values: [one.values[0] ?? null, { k: other.values[0] ?? null }],
    })),
    fc.tuple(tie('object'), tie('sample')).map(([one, other]) => ({
      schema: { allOf: [one.schema, { type: 'object', properties: { z: other.schema } }] },
      values: one.values.map((value) => ({ ...(value as JsonObject), z: other.values[0] ?? null })),
    })),
  ),
}));

const TREE = { type: 'object', properties: { name: TEXT, child: { $ref: '#/$defs/Tree' } }, required: ['name'] };

const ajv = new Ajv2020({ strict: false, ownProperties: true, validateSchema: false, addUsedSchema: false });
/** Creates the validator that checks the calls of an operation. */
const validator = (schema: JsonObject) => ajv.compile(schema);

/** Returns the arguments of a strict tool call, in which omitted properties are null. */
function inFull(root: JsonObject, schema: JsonObject, value: JsonValue): JsonValue {
  if (typeof schema['$ref'] === 'string')
    return inFull(root, valueAt(root, schema['$ref'].slice(1)) as JsonObject, value);
  if (Array.isArray(schema['anyOf'])) {
    const alternatives = schema['anyOf'].map((each) => [each, inFull(root, each as JsonObject, value)] as const);
    const fitting = alternatives.find(([each, full]) =>
      validator({ ...(each as JsonObject), $defs: root['$defs'] ?? {} })(full),
    );
    return fitting === undefined ? value : fitting[1];
  }
  if (Array.isArray(value)) return value.map((item) => inFull(root, (schema['items'] ?? {}) as JsonObject, item));
  if (!isObject(value) || !isObject(schema['properties'])) return value;
  const described = Object.entries(schema['properties']).map(([name, property]) => {
    const part = Object.hasOwn(value, name) ? inFull(root, property as JsonObject, value[name] ?? null) : null;
    return [name, part] as const;
  });
  return { ...value, ...Object.fromEntries(described) };
}

describe('strict calls', () => {
  const CALL = fc
    .tuple(SAMPLE.sample, SAMPLE.object, fc.boolean())
    .map(([body, parameters, isRequired]) => {
      const properties = { ...(parameters.schema['properties'] as JsonObject), body: body.schema };
      const required = [...(parameters.schema['required'] as string[]), ...(isRequired ? ['body'] : [])];
      const args = { ...(parameters.values[0] as JsonObject), body: body.values[0] ?? null };
      return { argumentsSchema: { ...closed(properties, required), $defs: { Tree: TREE } }, args };
    })
    .filter(({ argumentsSchema, args }) => validator(argumentsSchema)(args));

  it('exist for every valid call and have the same meaning', () => {
    let strictOnes = 0;
    fc.assert(
      fc.property(CALL, ({ argumentsSchema, args }) => {
        const schema = strictSchema(argumentsSchema);
        strictOnes += schema === undefined ? 0 : 1;
        const given = schema === undefined ? args : (inFull(schema, schema, args) as JsonObject);
        expect(validator(schema ?? argumentsSchema)(given)).toBe(true);
        expect(withoutParameterNulls(removeOmittedNulls(argumentsSchema, given))).toEqual(withoutParameterNulls(args));
      }),
      { numRuns: 200 },
    );
    expect(strictOnes).toBeGreaterThan(50);
  });

  it('leave valid calls unchanged', () => {
    fc.assert(
      fc.property(CALL, ({ argumentsSchema, args }) => {
        expect(removeOmittedNulls(argumentsSchema, args)).toBe(args);
      }),
      { numRuns: 200 },
    );
  });
});

/** Removes parameters that are null, which are not sent (RFC 6570, section 3.2.1). */
function withoutParameterNulls({ body, ...parameters }: JsonObject): JsonObject {
  const sent = Object.entries(parameters).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(sent), ...(body !== undefined && { body }) };
}
