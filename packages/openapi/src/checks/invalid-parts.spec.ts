import { describe, expect, it } from '@jest/globals';
import { type JsonObject, InvalidDocumentError, compileOperation, describeDocument, readDocument } from '../index.js';

const SOUND = { operationId: 'sound', summary: 'Sound', responses: { 200: { description: 'ok' } } };

function documentOf(paths: JsonObject, components: JsonObject = {}): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://api.example' }],
    paths: { '/sound': { get: SOUND }, ...paths },
    components,
  };
}

const operation = (operationId: string, others: JsonObject): JsonObject => ({ ...SOUND, operationId, ...others });
const jsonBody = (schema: JsonObject): JsonObject => ({ requestBody: { content: { 'application/json': { schema } } } });

function describedBy(json: JsonObject | string) {
  const { operations, warnings } = describeDocument(readDocument(json));
  return { ids: operations.map(({ operationId }) => operationId), warnings };
}

describe('an invalid part', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['a parameter that is no object', { get: operation('op', { parameters: [7] }) }, {}, '/paths/~1a/get/parameters/0'],
    ['parameters that are no list', { get: operation('op', { parameters: 7 }) }, {}, '/paths/~1a/get/parameters'],
    ['a body that is no object', { post: operation('op', { requestBody: 7 }) }, {}, '/paths/~1a/post/requestBody'],
    ['an operation that is no object', { get: 7 }, {}, '/paths/~1a/get'],
    [
      'a path item whose parameters are no list',
      { parameters: 7, get: operation('op', {}) },
      {},
      '/paths/~1a/parameters',
    ],
    [
      'a parameter among the components',
      { get: operation('op', { parameters: [{ $ref: '#/components/parameters/P' }] }) },
      { parameters: { P: { in: 'query' } } },
      '/components/parameters/P',
    ],
    [
      'a schema that another schema needs',
      { post: operation('op', jsonBody({ $ref: '#/components/schemas/A' })) },
      { schemas: { A: { properties: { b: { $ref: '#/components/schemas/B' } } }, B: 7 } },
      '/components/schemas/B',
    ],
  ])('leaves out the operation that needs it: %s', (_, pathItem, components, pointer) => {
    const { ids, warnings } = describedBy(documentOf({ '/a': pathItem }, components));
    expect(ids).toEqual(['sound']);
    const found = warnings.filter(({ code }) => code === 'invalid_structure');
    expect(found.map((finding) => finding.pointer)).toEqual([pointer]);
    expect(found[0]?.message).toMatch(/left out$/);
  });

  it('names the operations that are left out', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [
        `/${index}`,
        { post: operation(`op${index}`, jsonBody({ $ref: 'a.json' })) },
      ]),
    );
    const shared = jsonBody({ $ref: '#/components/schemas/A' });
    const components = { schemas: { A: { type: 'object', properties: { next: { $ref: 'pets.yaml#/Pet' } } } } };
    const both = { ...paths, '/a': { post: operation('a', shared) }, '/b': { post: operation('b', shared) } };
    const { ids, warnings } = describedBy(documentOf(both, components));
    expect(ids).toEqual(['sound']);
    const at = (pointer: string) => warnings.find((finding) => finding.pointer === pointer)?.message;
    expect(at('/components/schemas/A/properties/next')).toMatch(/^"pets.yaml#\/Pet" is outside .*; a, b are left out$/);
    expect(at('/paths/~10/post/requestBody/content/application~1json/schema')).toMatch(/; op0 is left out$/);
  });

  it('leaves out the operations of the children of an invalid parent with a discriminator', () => {
    const cat: JsonObject = {
      allOf: [{ $ref: '#/components/schemas/Pet' }, { type: 'object', properties: { lives: { type: 'integer' } } }],
    };
    const pet: JsonObject = {
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string' }, owner: { $ref: 'owners.yaml#/Owner' } },
      discriminator: { propertyName: 'kind' },
    };
    const { ids, warnings } = describedBy(
      documentOf(
        { '/cats': { post: operation('addCat', jsonBody({ $ref: '#/components/schemas/Cat' })) } },
        { schemas: { Pet: pet, Cat: cat } },
      ),
    );
    expect(ids).toEqual(['sound']);
    expect(warnings).toEqual([
      {
        code: 'external_reference',
        message: expect.stringMatching(/^"owners.yaml#\/Owner" is outside .*; addCat is left out$/),
        pointer: '/components/schemas/Pet/properties/owner',
      },
    ]);
  });

  it('is a warning if no operation needs it', () => {
    const { ids, warnings } = describedBy(documentOf({}, { schemas: { A: { $ref: 'a.json' } } }));
    expect(ids).toEqual(['sound']);
    expect(warnings.map(({ code }) => code)).toEqual(['external_reference']);
  });

  it('leaves out the operation with a duplicate key in YAML', () => {
    const yaml = `openapi: 3.1.0
info: { title: T, version: '1' }
servers: [{ url: https://api.example }]
paths:
  /sound: { get: { operationId: sound, summary: Sound, responses: { 200: { description: ok } } } }
  /a:
    get:
      operationId: op
      parameters: []
      parameters: []
      responses: { 200: { description: ok } }
`;
    const { ids, warnings } = describedBy(yaml);
    expect(ids).toEqual(['sound']);
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'duplicate_key', message: expect.stringMatching(/; op is left out$/) }),
    ]);
  });

  it('is the error of a document of which nothing is left', () => {
    const json = { ...documentOf({}), paths: { '/a': { get: operation('op', { parameters: [{ $ref: 'p.yaml' }] }) } } };
    expect(() => describeDocument(readDocument(json))).toThrow(InvalidDocumentError);
    expect(() => describeDocument(readDocument(json))).toThrow('"p.yaml" is outside the document');
  });
});

describe('operations with the same operationId', () => {
  const paths = { '/b': { get: operation('sound', {}) }, '/c/{id}': { delete: operation('sound', {}) } };
  const json = documentOf({
    ...paths,
    '/c/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      ...paths['/c/{id}'],
    },
  });

  it('can all be called: the first keeps the id, the others are named by method and path', () => {
    const { ids, warnings } = describedBy(json);
    expect(ids).toEqual(['sound', 'get_b', 'delete_c_by_id']);
    const request = compileOperation(readDocument(json), 'delete_c_by_id')?.buildRequest({ id: '7' });
    expect(request).toMatchObject({ method: 'DELETE', url: 'https://api.example/c/7' });
    expect(warnings.filter(({ code }) => code === 'duplicate_operation_id')).toEqual([
      {
        code: 'duplicate_operation_id',
        message:
          'the operationId "sound" is already used by GET /sound; this operation is named "get_b", so give it an id of its own',
        pointer: '/paths/~1b/get/operationId',
      },
      expect.objectContaining({ pointer: '/paths/~1c~1{id}/delete/operationId' }),
    ]);
  });

  it('may be one operation of two paths', () => {
    const shared = documentOf({ '/b': { $ref: '#/paths/~1sound' } });
    expect(describedBy(shared).ids).toEqual(['sound', 'get_b']);
  });
});

it('leaves out an operation whose path or id is too long', () => {
  const { ids, warnings } = describedBy(
    documentOf({
      [`/${'x'.repeat(3000)}`]: { get: operation('a', {}) },
      '/b': { get: operation('x'.repeat(3000), {}) },
    }),
  );
  expect(ids).toEqual(['sound']);
  expect(warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
    ['too_long', '/paths'],
    ['too_long', '/paths'],
  ]);
});
