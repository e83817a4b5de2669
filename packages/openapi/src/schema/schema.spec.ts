import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidArgumentsError, type JsonObject, type JsonValue, compileOperation, trustedDocument } from '../index.js';

function operationWith(schema: JsonValue, schemas: JsonObject = {}, openapi = '3.0.3') {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const responses = { 200: { description: 'ok' } };
  // Disables strict mode, because schemas of documents may be unusual.
  const document = trustedDocument({
    openapi,
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/x': { post: { operationId: 'op', requestBody, responses } } },
    components: { schemas },
  });
  const operation = compileOperation(document, 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

function bodySchema(schema: JsonValue, schemas: JsonObject = {}, openapi = '3.0.3') {
  const { properties, $defs } = operationWith(schema, schemas, openapi).argumentsSchema as {
    properties: { body: JsonObject };
    $defs?: JsonObject;
  };
  return $defs === undefined ? properties.body : { ...properties.body, $defs };
}

function accepts(operation: ReturnType<typeof operationWith>, body: JsonValue): boolean {
  try {
    operation.buildRequest({ body });
    return true;
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return false;
    throw error;
  }
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the arguments schema', () => {
  it('is a closed object that lists required arguments', () => {
    expect(operationWith({ type: 'string' }).argumentsSchema).toEqual({
      type: 'object',
      properties: { body: { type: 'string' } },
      required: ['body'],
      additionalProperties: false,
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [
      'nullable with enum',
      { type: 'string', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'nullable with allOf',
      { nullable: true, allOf: [{ type: 'object' }] },
      { anyOf: [{ allOf: [{ type: 'object' }] }, { type: 'null' }] },
    ],
    ['an exclusive minimum', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ['an exclusive maximum', { maximum: 1, exclusiveMaximum: true }, { exclusiveMaximum: 1 }],
    ['a minimum that is not exclusive', { minimum: 1, exclusiveMinimum: false }, { minimum: 1 }],
    ['an example', { type: 'string', example: 'a' }, { type: 'string', examples: ['a'] }],
    [
      'what says nothing about validity',
      { type: 'object', discriminator: { propertyName: 'a' }, xml: {}, 'x-a': 1, externalDocs: {} },
      { type: 'object' },
    ],
    [
      'what is no schema',
      {
        type: 'file',
        required: true,
        properties: [],
        enum: [],
        minLength: -1,
        pattern: '(',
        multipleOf: 0,
        allOf: {},
        items: 7,
      },
      {},
    ],
    ['a tuple of older drafts', { items: [{ type: 'string' }] }, { prefixItems: [{ type: 'string' }] }],
  ])('converts %s to 2020-12', (_, schema, expected) => {
    expect(bodySchema(schema)).toEqual(expected);
  });

  it('keeps keywords beside a reference in 3.1, and only the description in 3.0', () => {
    const beside = { ...reference('A'), maxLength: 3, description: 'short' };
    const schemas = { A: { type: 'string', description: 'any' } };
    expect(bodySchema(beside, schemas)).toEqual({ type: 'string', description: 'short' });
    expect(bodySchema(beside, schemas, '3.1.0')).toMatchObject({
      $ref: '#/$defs/A',
      maxLength: 3,
      $defs: { A: { type: 'string' } },
    });
  });

  it('inlines definitions that are used once, and keeps shared and recursive ones in $defs', () => {
    const schemas = {
      Note: {
        type: 'object',
        properties: { author: reference('User'), editor: reference('User'), place: reference('Place') },
      },
      User: { type: 'object', properties: { friends: { type: 'array', items: reference('User') } } },
      Place: { type: 'string' },
    };
    expect(bodySchema(reference('Note'), schemas)).toEqual({
      type: 'object',
      properties: { author: { $ref: '#/$defs/User' }, editor: { $ref: '#/$defs/User' }, place: { type: 'string' } },
      $defs: { User: { type: 'object', properties: { friends: { type: 'array', items: { $ref: '#/$defs/User' } } } } },
    });
  });

  it('follows references to references', () => {
    const schemas = { A: reference('B'), B: reference('C'), C: { type: 'string' } };
    expect(bodySchema({ type: 'object', properties: { a: reference('A') } }, schemas)).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
    });
  });

  it('resolves references within a schema with an $id, also in cycles', () => {
    const schemas: JsonObject = {
      Tree: {
        $id: 'https://e.test/tree',
        type: 'object',
        required: ['v'],
        properties: {
          v: { $ref: '#/$defs/v' },
          kids: { type: 'array', items: { $ref: '#' } },
          leaf: { $ref: 'leaf#top' },
        },
        $defs: { v: { type: 'integer' } },
      },
      Leaf: {
        $id: 'https://e.test/leaf',
        $anchor: 'top',
        type: 'object',
        properties: { v: { $ref: '#/$defs/v' }, tree: { $ref: 'tree' } },
        $defs: { v: { type: 'string' } },
      },
    };
    const operation = operationWith({ $ref: 'https://e.test/tree' }, schemas, '3.1.0');
    expect(accepts(operation, { v: 1, kids: [{ v: 2 }], leaf: { v: 'x', tree: { v: 3 } } })).toBe(true);
    expect(accepts(operation, { v: 1, kids: [{ v: 'x' }] })).toBe(false);
    expect(accepts(operation, { v: 1, leaf: { v: [] } })).toBe(false);
    expect(accepts(operation, { v: 1, leaf: { tree: { v: 'x' } } })).toBe(false);
  });

  it.each([
    ['one schema has its anchor', {}, false],
    ['several schemas have its anchor', { Other: { $id: 'other', $dynamicAnchor: 'node' } }, true],
  ])('follows $dynamicRef only if it is unambiguous: %s', (_, others, isAccepted) => {
    const Tree = {
      $dynamicAnchor: 'node',
      type: 'object',
      properties: { v: { type: 'integer' }, kids: { type: 'array', items: { $dynamicRef: '#node' } } },
    };
    const operation = operationWith(reference('Tree'), { Tree, ...others }, '3.1.0');
    expect(accepts(operation, { kids: [{ v: 1 }] })).toBe(true);
    expect(accepts(operation, { kids: [{ v: 'x' }] })).toBe(isAccepted);
    expect(accepts(operationWith({ not: { $dynamicRef: '#none' } }, {}, '3.1.0'), 1)).toBe(true);
  });

  it('validates recursive values at every level', () => {
    const Tree = {
      type: 'object',
      required: ['v'],
      properties: { v: { type: 'integer' }, kids: { type: 'array', items: reference('Tree') } },
    };
    const operation = operationWith(reference('Tree'), { Tree });
    expect(accepts(operation, { v: 1, kids: [{ v: 2, kids: [{ v: 3 }] }] })).toBe(true);
    expect(accepts(operation, { v: 1, kids: [{ v: 2, kids: [{ v: 'x' }] }] })).toBe(false);
  });

  it('does not require read-only properties', () => {
    const Id = { type: 'integer', readOnly: true };
    const Base = { type: 'object', properties: { created: { type: 'string', readOnly: true } } };
    const schema = {
      allOf: [reference('Base')],
      required: ['id', 'created', 'title'],
      properties: { id: reference('Id'), title: { type: 'string' } },
    };
    const operation = operationWith(schema, { Id, Base });
    expect(accepts(operation, { title: 'x' })).toBe(true);
    expect(accepts(operation, {})).toBe(false);
  });

  it('keeps schemas that refer to each other: oneOf the children, which are allOf their parent', () => {
    const child = (kind: string) => ({ allOf: [reference('Pet'), { type: 'object', required: [kind] }] });
    const schemas = {
      Pet: {
        type: 'object',
        required: ['name'],
        oneOf: [reference('Cat'), reference('Dog')],
        discriminator: { propertyName: 'kind' },
      },
      Cat: child('meow'),
      Dog: child('bark'),
    };
    const pet = operationWith(reference('Pet'), schemas);
    expect(accepts(pet, { name: 'x', meow: 1 })).toBe(true);
    expect(accepts(pet, { name: 'x' })).toBe(false);
    expect(accepts(pet, { meow: 1 })).toBe(false);
    const cat = operationWith(reference('Cat'), schemas);
    expect(accepts(cat, { name: 'x', meow: 1 })).toBe(true);
    expect(accepts(cat, { name: 'x', bark: 1 })).toBe(false);
  });

  it('allows any value for an unresolved reference, and never the opposite', () => {
    const schema = {
      type: 'object',
      properties: { a: reference('none') },
      not: reference('none'),
      oneOf: [reference('none'), {}],
    };
    expect(accepts(operationWith(schema), { a: 1 })).toBe(true);
  });

  it('does not grow exponentially with repeated references', () => {
    const schemas: JsonObject = { L0: { type: 'string' } };
    for (let level = 1; level < 40; level += 1) {
      const properties = Object.fromEntries([...'abcdefgh'].map((name) => [name, reference(`L${level - 1}`)]));
      schemas[`L${level}`] = { type: 'object', properties };
    }
    expect(JSON.stringify(bodySchema(reference('L39'), schemas)).length).toBeLessThan(20_000);
  });

  it.each<[JsonObject, JsonValue, JsonObject]>([
    [{ type: 'string', enum: [1, true] }, '1', { type: 'string', enum: ['1', 'true'] }],
    [{ type: 'integer', enum: ['1', '2'] }, 1, { type: 'integer', enum: [1, 2] }],
    [
      { type: 'array', enum: ['a'], items: { type: 'string' } },
      ['a'],
      { type: 'array', items: { type: 'string', enum: ['a'] } },
    ],
    [{ type: 'array', enum: ['a'] }, ['a'], { type: 'array', items: { enum: ['a'] } }],
    [{ type: 'integer', enum: ['a'] }, 'a', { enum: ['a'] }],
    [{ type: 'object', enum: ['a'] }, 'a', { enum: ['a'] }],
    [{ type: 'string', enum: ['a', 1] }, 'a', { type: 'string', enum: ['a', 1] }],
    [{ type: 'array', enum: [['a']] }, ['a'], { type: 'array', enum: [['a']] }],
  ])('repairs an enum that excludes every value of its type: %j', (schema, valid, read) => {
    expect(bodySchema(schema)).toEqual(read);
    expect(JSON.parse(String(operationWith(schema).buildRequest({ body: valid }).body))).toEqual(valid);
  });

  it('is built for documents that chain thousands of schemas', () => {
    const schemas: JsonObject = {};
    for (let index = 0; index < 10_000; index += 1) schemas[`S${index}`] = { allOf: [reference(`S${index + 1}`)] };
    expect(operationWith(reference('S0'), schemas).argumentsSchema).toBeDefined();
  });

  it('supports a property named like a keyword in `dependentSchemas`', () => {
    const properties = { const: { $anchor: '(' } };
    const operation = operationWith({ dependentSchemas: { properties, a: { required: ['b'] } } }, {}, '3.1.0');
    expect(accepts(operation, { a: 1, b: 2 })).toBe(true);
    expect(accepts(operation, { a: 1 })).toBe(false);
    expect(accepts(operation, { properties: 1 })).toBe(false);
  });

  it.each<[JsonObject, JsonValue, JsonValue]>([
    [{ const: { a: 1, b: [2] } }, { b: [2], a: 1 }, { a: 1, b: [2, 2] }],
    [{ const: {} }, {}, 'x'],
    [{ const: {} }, {}, { toString: [] }],
    [{ const: { valueOf: 1 } }, { valueOf: 1 }, { valueOf: 2 }],
    [{ enum: ['null', { constructor: 1 }] }, { constructor: 1 }, null],
    [{ enum: [null, 0] }, null, 'null'],
    [
      { type: 'array', uniqueItems: true },
      [{}, '{}', 1, '1', [], { toString: 1 }],
      [{ a: 1, b: 2 }, 1, { b: 2, a: 1 }],
    ],
    [{ type: 'array', uniqueItems: false }, [1, 1], 1],
  ])('compares values as JSON: %j accepts %j and not %j', (schema, equal, other) => {
    const operation = operationWith(schema, {}, '3.1.0');
    expect(accepts(operation, equal)).toBe(true);
    expect(accepts(operation, other)).toBe(false);
  });

  it('can be compiled for any schema', () => {
    const keyword = fc.constantFrom(
      'type',
      'enum',
      'const',
      'pattern',
      'format',
      'required',
      'properties',
      'patternProperties',
      'additionalProperties',
      'items',
      'prefixItems',
      'allOf',
      'anyOf',
      'oneOf',
      'not',
      'if',
      'then',
      'minimum',
      'exclusiveMinimum',
      'maxLength',
      'multipleOf',
      'uniqueItems',
      'contains',
      'minContains',
      'dependentRequired',
      'dependentSchemas',
      'propertyNames',
      'unevaluatedProperties',
      'unevaluatedItems',
      'nullable',
      'discriminator',
      '$ref',
      '$id',
      '$anchor',
      '$dynamicRef',
      '$schema',
      '$defs',
      'definitions',
      '$recursiveRef',
      'id',
      'readOnly',
      'examples',
      'example',
    );
    const leaf = fc.constantFrom<JsonValue>(
      'string',
      'object',
      'array',
      'integer',
      'null',
      'x',
      '',
      '(',
      '#',
      '#/components/schemas/A',
      'http://x/y',
      0,
      1,
      -1,
      0.5,
      1e300,
      true,
      false,
      null,
    );
    const { schema } = fc.letrec<{ schema: JsonObject; value: JsonValue }>((tie) => ({
      schema: fc.dictionary(keyword, tie('value'), { maxKeys: 5 }),
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        tie('schema'),
        fc.constantFrom<JsonValue[]>(
          { propertyName: 'a' },
          { propertyName: 'b', mapping: { x: 'A', y: '#/components/schemas/B' } },
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', '['), tie('schema'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(schema, schema, fc.constantFrom('3.0.0', '3.1.0'), fc.jsonValue(), (own, shared, openapi, body) => {
        const B = { allOf: [reference('A'), { properties: { a: {} } }] };
        const operation = operationWith(own, { A: shared, B }, openapi);
        expect(typeof accepts(operation, body as JsonValue)).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });
});
