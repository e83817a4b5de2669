import { describe, expect, it } from '@jest/globals';
import { type JsonObject, compileOperation, describeDocument, readDocument } from '../index.js';

const RESPONSES = { 200: { description: 'ok' } };

/** Returns a document with one operation, `op`, without findings. */
function documentOf(operation: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://api.example' }],
    paths: { '/a': { post: { operationId: 'op', summary: 'Does it', responses: RESPONSES, ...operation } } },
    ...others,
  };
}

const withBody = (schema: JsonObject, others: JsonObject = {}) =>
  documentOf({ requestBody: { content: { 'application/json': { schema } } } }, others);

/** Returns the codes and pointers of all warnings, and the request of the operation. */
function outcome(json: JsonObject, args: JsonObject = {}) {
  const document = readDocument(json);
  const warnings = describeDocument(document).warnings.map(({ code, pointer }) => `${code} ${pointer}`);
  return { warnings, request: compileOperation(document, 'op')?.buildRequest(args), document };
}

describe('repairs', () => {
  it('leave a document without mistakes as it is', () => {
    const json = documentOf();
    expect(readDocument(json).json).toBe(json);
  });

  it('do not change the object that is given', () => {
    const json = withBody({ type: 'object', properties: { a: { type: 'int' } } });
    const before = JSON.stringify(json);
    expect(readDocument(json).json).not.toBe(json);
    expect(JSON.stringify(json)).toBe(before);
  });

  it.each<[string, JsonObject, string[]]>([
    ['schemas', documentOf({}, { components: { schemas: [] } }), ['empty_value /components/schemas']],
    [
      'properties',
      withBody({ type: 'object', properties: [] }),
      ['empty_value /paths/~1a/post/requestBody/content/application~1json/schema/properties'],
    ],
    ['responses', documentOf({ responses: [] }), []],
    ['a response', documentOf({ responses: { 200: [] } }), []],
    ['components', documentOf({}, { components: [] }), []],
    ['the variables of a server', documentOf({}, { servers: [{ url: 'https://api.example', variables: [] }] }), []],
    ['a requirement', documentOf({ security: [[]] }), []],
    [
      'a property',
      withBody({ type: 'object', properties: { a: [] } }),
      ['empty_value /paths/~1a/post/requestBody/content/application~1json/schema/properties/a'],
    ],
    ['an object in place of a list', documentOf({ parameters: {} }), ['empty_value /paths/~1a/post/parameters']],
    ['null in place of a list', documentOf({ parameters: null }), ['empty_value /paths/~1a/post/parameters']],
    ['null in place of an object', documentOf({ requestBody: null }), ['empty_value /paths/~1a/post/requestBody']],
    ['null in place of components', documentOf({}, { components: null }), []],
  ])('read empty values as PHP and YAML write them: %s', (_, json, findings) => {
    const { warnings, request } = outcome(json);
    expect(request?.method).toBe('POST');
    expect(warnings.filter((warning) => !warning.startsWith('loose_structure'))).toEqual(findings);
    expect(warnings.join()).not.toContain('must be');
  });

  it('read empty paths as an object', () => {
    expect(() => describeDocument(readDocument(documentOf({}, { paths: [] })))).toThrow(
      'the document has no operations',
    );
  });

  it('move path items from the root into paths', () => {
    const get = {
      operationId: 'tags',
      summary: 'Tags',
      responses: RESPONSES,
      parameters: [{ name: 'q', in: 'query', type: 'str' }],
    };
    const { document, warnings } = outcome(documentOf({}, { '/tags': { get }, '/about': 'text' }));
    expect(compileOperation(document, 'tags')?.buildRequest({ q: 'x' }).url).toBe('https://api.example/tags?q=x');
    expect(warnings).toEqual(
      expect.arrayContaining([
        'misplaced_path /~1tags',
        'swagger_parameter /~1tags/get/parameters/0',
        'type_synonym /~1tags/get/parameters/0/type',
      ]),
    );
  });

  it('move path items from the root also if paths is empty or absent', () => {
    const { paths, ...others } = documentOf();
    for (const empty of [{}, { paths: null }, { paths: [] }] as JsonObject[]) {
      expect(outcome({ ...others, ...empty, ...(paths as JsonObject) }).request?.url).toBe('https://api.example/a');
    }
  });

  it('keep a path that is in both places', () => {
    const { document, warnings } = outcome(
      documentOf({}, { '/a': { get: { operationId: 'other', responses: RESPONSES } } }),
    );
    expect(compileOperation(document, 'other')).toBeUndefined();
    expect(warnings).toEqual(['loose_structure ']);
  });

  it.each([
    ['int', 'integer', undefined],
    ['Integer', 'integer', undefined],
    ['int32', 'integer', 'int32'],
    ['long', 'integer', undefined],
    ['float', 'number', 'float'],
    ['bool', 'boolean', undefined],
    ['str', 'string', undefined],
    ['date', 'string', 'date'],
    ['Date', 'string', undefined],
    ['dict', 'object', undefined],
    ['list', 'array', undefined],
  ])('read the type %s as %s', (type, meant, format) => {
    const schema = { type: 'object', properties: { a: { type }, 'b/c': { type: [type, 'null'] } } };
    const place = '/paths/~1a/post/requestBody/content/application~1json/schema/properties';
    const { document, warnings } = outcome({ ...withBody(schema), openapi: '3.1.0' });
    expect(warnings).toEqual(
      expect.arrayContaining([`type_synonym ${place}/a/type`, `type_synonym ${place}/b~1c/type`]),
    );
    expect(JSON.stringify(compileOperation(document, 'op')?.argumentsSchema)).toContain(
      JSON.stringify({ a: { type: meant, ...(format && { format }) } }).slice(1, -1),
    );
  });

  it('leave a type that may mean several without restrictions', () => {
    const { warnings, request } = outcome(withBody({ type: 'any' }), { body: 7 });
    expect(request?.body).toBe('7');
    expect(warnings).toEqual(['unknown_type /paths/~1a/post/requestBody/content/application~1json/schema/type']);
  });

  it('read types in responses without a finding', () => {
    const content = { 'application/json': { schema: { type: 'int' } } };
    expect(outcome(documentOf({ responses: { 200: { description: 'ok', content } } })).warnings).toEqual([]);
  });

  it('read texts as booleans and numbers as texts where only these are allowed', () => {
    const servers = [{ url: 'https://api.example:{port}', variables: { port: { default: 8443, enum: [8443] } } }];
    const parameters = [{ name: 7, in: 'query', required: 'True', schema: {} }];
    const { warnings, request } = outcome(documentOf({ parameters }, { servers }), { 7: 'x' });
    expect(request?.url).toBe('https://api.example:8443/a?7=x');
    expect(warnings).toEqual(
      expect.arrayContaining([
        'wrong_scalar /servers/0/variables/port/default',
        'wrong_scalar /paths/~1a/post/parameters/0/name',
        'wrong_scalar /paths/~1a/post/parameters/0/required',
      ]),
    );
  });

  it.each<JsonObject>([
    { servers: { url: 'https://api.example' } },
    { servers: 'https://api.example' },
    { servers: ['https://api.example'] },
  ])('read servers in %j as a list', (others) => {
    const { warnings, request } = outcome(documentOf({}, others));
    expect(request?.url).toBe('https://api.example/a');
    expect(warnings).toEqual(['read_as_list /servers']);
  });

  it('read one security requirement as a list', () => {
    const securitySchemes = { key: { type: 'http', scheme: 'bearer' } };
    const { warnings, document } = outcome(documentOf({}, { security: { key: [] }, components: { securitySchemes } }));
    expect(document.json['security']).toEqual([{ key: [] }]);
    expect(warnings).toEqual(['read_as_list /security']);
  });
});

describe('parameters as in Swagger 2.0', () => {
  it('are read with their constraints and the position of the original', () => {
    const parameters: JsonObject[] = [
      { name: 'ids', in: 'query', type: 'array', items: { type: 'int' }, collectionFormat: 'pipes' },
      { name: 'limit', in: 'query', type: 'integer', maximum: 10 },
    ];
    const { request, warnings, document } = outcome(documentOf({ parameters }), { ids: [1, 2], limit: 5 });
    expect(request?.url).toBe('https://api.example/a?ids=1%7C2&limit=5');
    expect(() => compileOperation(document, 'op')?.buildRequest({ limit: 11 })).toThrow('must be <= 10');
    expect(warnings).toEqual([
      'swagger_parameter /paths/~1a/post/parameters/0',
      'swagger_parameter /paths/~1a/post/parameters/1',
      'type_synonym /paths/~1a/post/parameters/0/items/type',
    ]);
  });

  it('in the body become the request body', () => {
    const parameters: JsonObject[] = [
      { name: 'note', in: 'body', required: true, schema: { type: 'object', properties: { a: { type: 'int' } } } },
      { name: 'q', in: 'query', type: 'string' },
    ];
    const { request, warnings } = outcome(documentOf({ parameters }), { body: { a: 1 }, q: 'x' });
    expect(request).toMatchObject({ url: 'https://api.example/a?q=x', body: '{"a":1}' });
    expect(warnings).toEqual(
      expect.arrayContaining([
        'swagger_parameter /paths/~1a/post/parameters/0',
        'type_synonym /paths/~1a/post/parameters/0/schema/properties/a/type',
      ]),
    );
  });

  it('in a form become fields, also through references and the path item', () => {
    const parameters = [{ $ref: '#/components/parameters/Name' }];
    const components = { parameters: { Name: { name: 'name', in: 'formData', type: 'string', required: true } } };
    const form = documentOf({ parameters, consumes: ['application/x-www-form-urlencoded'] }, { components });
    expect(outcome(form, { body: { name: 'a b' } }).request).toMatchObject({
      body: 'name=a%20b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const file = { name: 'file', in: 'formData', type: 'file' };
    const { post } = (documentOf()['paths'] as JsonObject)['/a'] as { post: JsonObject };
    const shared = outcome({ ...documentOf(), paths: { '/a': { parameters: [file], post } } });
    expect(JSON.stringify(shared.document.json)).toContain('"multipart/form-data"');
  });

  it('do not replace a request body', () => {
    const parameters = [{ name: 'note', in: 'body', schema: {} }];
    const requestBody = { content: { 'application/json': {} } };
    const sound = { get: { operationId: 'sound', responses: RESPONSES } };
    const paths = { '/a': { post: { operationId: 'op', responses: RESPONSES, parameters, requestBody } }, '/b': sound };
    const description = describeDocument(readDocument({ ...documentOf(), paths }));
    expect(description.operations.map(({ operationId }) => operationId)).toEqual(['sound']);
  });
});
