import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue, compileOperation, readAndDescribe, trustedDocument } from '../index.js';

const SCHEMAS: JsonObject = {
  Item: { type: 'object', properties: { id: { type: 'string' } } },
  Items: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
  Tree: { anyOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'array', items: { type: 'array' } }] },
  Loop: { type: 'array', items: { $ref: '#/components/schemas/Loop' } },
};
const ITEM = { $ref: '#/components/schemas/Item' };
const ITEMS = { $ref: '#/components/schemas/Items' };

function read(operation: JsonObject, path = '/x', method = 'post') {
  const sound = { operationId: 'sound', summary: 's', responses: { 200: { description: 'ok' } } };
  return readAndDescribe({
    openapi: '3.1.1',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/sound': { get: sound }, [path]: { [method]: { ...sound, operationId: 'op', ...operation } } },
    components: { schemas: SCHEMAS },
  });
}

function readParameter(schema: JsonValue, parameter: JsonObject = {}) {
  const { document, description } = read({ parameters: [{ name: 'q', in: 'query', schema, ...parameter }] });
  const operation = compileOperation(document, 'op');
  const { warnings } = description;
  return { operation, warnings: warnings.filter(({ code }) => /^unsupported|^ignored_style/.test(code)) };
}

const NESTED: JsonValue[] = [
  ITEMS,
  { type: 'array', items: ITEM },
  { type: ['array', 'null'], items: ITEM },
  { type: 'array', items: { type: 'array', items: { type: 'string' } } },
  { type: 'array', prefixItems: [ITEM], items: { type: 'string' } },
  { type: 'array', items: { allOf: [ITEM, { description: 'x' }] } },
  { type: 'array', items: { oneOf: [ITEM, { type: 'array' }, { type: 'null' }] } },
  { type: 'array', items: { enum: [{ a: 1 }, [1]] } },
  { type: 'object', properties: { a: ITEM } },
  { type: 'object', properties: { a: ITEM, b: { type: 'string' } }, required: ['a'] },
  { type: 'object', additionalProperties: ITEM },
  { allOf: [ITEMS] },
  { anyOf: [ITEMS, { type: 'null' }] },
  { $ref: '#/components/schemas/Loop' },
  { const: [[1]] },
];

const FLAT: JsonValue[] = [
  true,
  {},
  { type: 'string' },
  { items: ITEM },
  { type: 'array', items: { properties: {} } },
  { type: 'array' },
  { type: 'array', items: {} },
  { type: 'array', items: { type: ['object', 'string'] } },
  { type: 'array', items: { anyOf: [ITEM, { type: 'string' }] } },
  { anyOf: [ITEMS, { type: 'string' }] },
  { type: ['array', 'string'], items: ITEM },
  ITEM,
  { type: 'object' },
  { type: 'object', properties: { a: ITEM, b: { type: 'string' } } },
  { type: 'object', properties: { a: ITEM }, additionalProperties: { type: 'string' } },
  { type: 'object', properties: { a: ITEM }, patternProperties: { b: { type: 'string' } } },
  { type: 'object', properties: { a: ITEM }, allOf: [{ properties: { b: { type: 'string' } } }] },
  { allOf: [{ type: 'object', properties: { a: ITEM } }, { properties: { b: { type: 'string' } } }] },
  { $ref: '#/components/schemas/Tree' },
  { $ref: '#/components/schemas/None' },
  { enum: [[1], [[1]]] },
  { enum: [] },
];

describe.each(NESTED)('a parameter of the schema %j', (schema) => {
  it('is left out with a warning, as no value could be written', () => {
    const { operation, warnings } = readParameter(schema);
    expect(operation?.parameters).toEqual([]);
    expect(warnings).toEqual([
      {
        code: 'unsupported_parameter',
        pointer: '/paths/~1x/post/parameters/0',
        message:
          'the query parameter "q" has a schema that only allows nested values, which the style "form" cannot write; describe it by "content" of application/json; it is ignored',
      },
    ]);
  });

  it.each(['query', 'header', 'cookie'])('leaves its operation out if it is required in the %s', (location) => {
    const { operation, warnings } = readParameter(schema, { in: location, required: true });
    expect(operation).toBeUndefined();
    expect(warnings[0]).toMatchObject({ code: 'unsupported_parameter', message: /left out$/ });
  });

  it('is offered as a deep object and as JSON', () => {
    expect(readParameter(schema, { style: 'deepObject' }).operation?.parameters).toHaveLength(1);
    const { document } = read({
      parameters: [{ name: 'q', in: 'query', content: { 'application/json': { schema } } }],
    });
    expect(compileOperation(document, 'op')?.parameters).toHaveLength(1);
  });
});

it.each(FLAT)('a parameter of the schema %j, which allows a flat value, is offered', (schema) => {
  const { operation, warnings } = readParameter(schema);
  expect(operation?.parameters).toHaveLength(1);
  expect(warnings.filter(({ code }) => code === 'unsupported_parameter')).toEqual([]);
});

it('a list of numbers that JavaScript would round is offered', () => {
  const parameter = '{"name":"q","in":"query","schema":{"type":"array","items":{"enum":[12345678901234567890]}}}';
  const { document } =
    readAndDescribe(`{"openapi":"3.1.1","info":{"title":"t","version":"1"},"servers":[{"url":"https://e.test"}],
    "paths":{"/x":{"get":{"operationId":"op","parameters":[${parameter}],"responses":{"200":{"description":"ok"}}}}}}`);
  expect(compileOperation(document, 'op')?.parameters).toHaveLength(1);
});

it('a path parameter of nested lists leaves its operation out', () => {
  const parameters = [{ name: 'q', in: 'path', required: true, schema: ITEMS }];
  expect(compileOperation(read({ parameters }, '/x/{q}').document, 'op')).toBeUndefined();
});

it.each([
  [45, true],
  [5000, false],
])('looks at each schema of a chain of %i once, and not too deep', (length, isFound) => {
  const chain = Array.from({ length }, (_, at): [string, JsonObject] => {
    const next = { $ref: `#/components/schemas/C${at + 1}` };
    return [`C${at}`, at + 1 === length ? ITEM : { allOf: [next, next] }];
  });
  const schema = { type: 'array', items: { $ref: '#/components/schemas/C0' } };
  const operation = { operationId: 'op', parameters: [{ name: 'q', in: 'query', schema }], responses: {} };
  const document = trustedDocument({
    openapi: '3.1.1',
    servers: [{ url: 'https://e.test' }],
    paths: { '/x': { get: operation } },
    components: { schemas: { ...SCHEMAS, ...Object.fromEntries(chain) } },
  });
  expect(compileOperation(document, 'op')?.parameters).toHaveLength(isFound ? 0 : 1);
});

it('a parameter of text content whose schema describes that content is text', () => {
  const { document } = read({
    parameters: [{ name: 'q', in: 'query', content: { 'application/xml': { schema: ITEM } } }],
  });
  const operation = compileOperation(document, 'op');
  expect(operation?.argumentsSchema['properties']).toEqual({ q: { type: 'string' } });
  expect(operation?.buildRequest({ q: '<a/>' }).url).toBe('https://e.test/x?q=%3Ca%2F%3E');
});

describe('a form', () => {
  const form = (schema: JsonObject, required = true, encoding: JsonObject = {}) => {
    const content = { 'multipart/form-data': { schema, encoding } };
    const { document, description } = read({ requestBody: { required, content } });
    const warnings = description.warnings.filter(({ code }) => code !== 'reference_loop');
    return { operation: compileOperation(document, 'op'), warnings };
  };

  it.each<JsonObject>([{ type: 'string', format: 'binary' }, ITEMS])('that must be %j is not offered', (schema) => {
    expect(form(schema)).toMatchObject({
      operation: undefined,
      warnings: [{ code: 'unsupported_body', message: expect.stringContaining('must allow an object') }],
    });
    const { operation } = form(schema, false);
    expect(operation?.argumentsSchema['properties']).toEqual({});
  });

  it.each<JsonObject>([{}, ITEM, { oneOf: [ITEM, { type: 'string' }] }, { $ref: '#/components/schemas/None' }])(
    'of %j is offered',
    (schema) => {
      expect(form(schema).operation).toBeDefined();
    },
  );

  it('is replaced by a media type that can be sent', () => {
    const content = {
      'multipart/form-data': { schema: { type: 'string' } },
      'application/x-www-form-urlencoded': { schema: { type: 'array' } },
      'text/plain': { schema: { type: 'string' } },
    };
    const operation = compileOperation(read({ requestBody: { content } }).document, 'op');
    expect(operation?.buildRequest({ body: 'x' })).toMatchObject({
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
  });

  it('sends nested values as JSON in place of a style that cannot write them', async () => {
    const schema = { allOf: [{ properties: { a: ITEMS, b: { type: 'array', items: { type: 'array' } } } }] };
    const { operation, warnings } = form(schema, true, { a: { style: 'form' }, b: { explode: false } });
    expect(warnings.map(({ code }) => code)).toContain('ignored_style');
    const body = { a: [{ id: '1' }, { id: '2' }], b: [[1], [2, 3]] };
    const request = operation?.buildRequest({ body });
    const { headers } = request ?? {};
    const fields = await new Response(request?.body as Uint8Array<ArrayBuffer>, headers && { headers }).formData();
    expect([...fields]).toEqual([
      ['a', '{"id":"1"}'],
      ['a', '{"id":"2"}'],
      ['b', '[1]'],
      ['b', '[2,3]'],
    ]);
  });
});
