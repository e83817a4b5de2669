import { describe, expect, it } from '@jest/globals';
import {
  InvalidDocumentError,
  type JsonObject,
  compileOperation,
  describeDocument,
  documentSecurity,
  locateFindings,
  readAndDescribe,
  readDocument,
} from '../index.js';

const RESPONSES = { 200: { description: 'ok' } };

function documentOf(operation: JsonObject, others: JsonObject = {}, path = '/a', method = 'post'): JsonObject {
  return {
    swagger: '2.0',
    info: { title: 'T', version: '1' },
    host: 'api.example',
    basePath: '/v1',
    schemes: ['http', 'https'],
    paths: { [path]: { [method]: { operationId: 'op', summary: 'Does it', responses: RESPONSES, ...operation } } },
    ...others,
  };
}

const describedBy = (json: JsonObject) => describeDocument(readDocument(json));
const operationOf = (json: JsonObject) => compileOperation(readDocument(json), 'op');
const requestOf = (json: JsonObject, args: JsonObject) => operationOf(json)?.buildRequest(args);

/** Returns the warnings, without the one that every conversion has. */
function warningsOf(json: JsonObject): string[] {
  const warnings = describedBy(json).warnings.map(({ code, pointer }) => `${code} ${pointer}`);
  expect(warnings).toContain('converted_document /swagger');
  return warnings.filter((warning) => warning !== 'converted_document /swagger');
}

function outcomeOf(json: JsonObject): string {
  try {
    describedBy(json);
    return 'usable';
  } catch (error) {
    return error instanceof InvalidDocumentError ? 'rejected' : String(error);
  }
}

const array = (others: JsonObject): JsonObject => ({ type: 'array', items: { type: 'string' }, ...others });

describe('Swagger 2.0', () => {
  it.each<[string | number, JsonObject]>([
    ['2.0', { swagger: '2.0' }],
    ['the number 2', { swagger: 2 }],
    ['the field of OpenAPI 3', { openapi: '2.0' }],
  ])('is recognized by %s', (_, version) => {
    const { swagger: _swagger, ...json } = documentOf({});
    const { document, description } = readAndDescribe({ ...version, ...json });
    expect(document.json['openapi']).toBe('3.0.4');
    expect(document.json).not.toHaveProperty('swagger');
    expect(description.warnings.map(({ code }) => code)).toEqual(['converted_document']);
  });

  it.each<[JsonObject, string]>([
    [{}, 'https://api.example/v1'],
    [{ schemes: ['http'] }, 'http://api.example/v1'],
    [{ basePath: 'v2/' }, 'https://api.example/v2'],
    [{ host: 'https://api.example/' }, 'https://api.example/v1'],
    [{ host: 'api.example:8443', schemes: [], basePath: '/' }, 'https://api.example:8443'],
  ])('has the server of its host, base path and schemes: %j', (others, url) => {
    expect(describedBy(documentOf({}, others)).server.url).toBe(url);
  });

  it('keeps the servers and components that it has as OpenAPI 3 does', () => {
    const { host: _, ...json } = documentOf({ parameters: [{ $ref: '#/components/parameters/Q' }] });
    const components = { parameters: { Q: { name: 'q', in: 'query', schema: {} } } };
    const mixed = { ...json, servers: [{ url: 'https://b.example' }], components };
    expect(requestOf(mixed, { q: 'x' })?.url).toBe('https://b.example/a?q=x');
  });

  it('has the server that it came from if it has no host', () => {
    const { host: _, ...json } = documentOf({});
    const { server } = describeDocument(readDocument(json), { documentUrl: 'http://h.example/docs/swagger.json' });
    expect(server.url).toBe('http://h.example/v1');
    expect(() => describedBy(json)).toThrow('the server "/v1" is relative');
  });

  it('leaves out operations that only another scheme has', () => {
    const paths = {
      ...(documentOf({})['paths'] as JsonObject),
      '/b': { get: { operationId: 'b', responses: RESPONSES, schemes: ['http'] } },
    };
    const { operations, warnings } = describedBy(documentOf({}, { paths, schemes: ['https', 'wss'] }));
    expect(operations).toHaveLength(1);
    expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'other_host /paths/~1b/get/servers',
      'converted_document /swagger',
      'conversion_loss /schemes',
    ]);
  });

  it.each<[JsonObject, string]>([
    [array({}), 'q=a,b'],
    [array({ collectionFormat: 'csv' }), 'q=a,b'],
    [array({ collectionFormat: 'ssv' }), 'q=a%20b'],
    [array({ collectionFormat: 'pipes' }), 'q=a%7Cb'],
    [array({ collectionFormat: 'multi' }), 'q=a&q=b'],
  ])('has query parameters with the separator of %j', (parameter, query) => {
    const json = documentOf({ parameters: [{ name: 'q', in: 'query', ...parameter }] });
    expect(requestOf(json, { q: ['a', 'b'] })?.url).toBe(`https://api.example/v1/a?${query}`);
    expect(warningsOf(json)).toEqual([]);
  });

  it.each([
    ['query', 'tsv', 'tabs'],
    ['header', 'pipes', '"|"'],
    ['header', 'ssv', 'spaces'],
  ])('leaves lists to callers that OpenAPI 3 cannot express: in %s, %s', (location, collectionFormat, separator) => {
    const json = documentOf({ parameters: [{ name: 'X-Ids', in: location, ...array({ collectionFormat }) }] });
    expect(warningsOf(json)).toEqual(['conversion_loss /paths/~1a/post/parameters/0']);
    expect(operationOf(json)?.argumentsSchema).toHaveProperty(['properties', 'X-Ids'], {
      type: 'string',
      description: `A list of items, separated by ${separator}.`,
    });
  });

  it('has parameters in paths and headers, with the constraints beside `in`', () => {
    const parameters: JsonObject[] = [
      { name: 'ids', in: 'path', required: true, ...array({ collectionFormat: 'csv' }) },
      { name: 'X-Level', in: 'header', type: 'integer', maximum: 3, exclusiveMaximum: true, 'x-nullable': true },
    ];
    const json = documentOf({ parameters }, {}, '/a/{ids}');
    expect(requestOf(json, { ids: ['a', 'b'], 'X-Level': 2 })).toMatchObject({
      url: 'https://api.example/v1/a/a,b',
      headers: { 'x-level': '2' },
    });
    expect(() => requestOf(json, { ids: ['a'], 'X-Level': 3 })).toThrow('X-Level');
    expect(JSON.stringify(operationOf(json)?.argumentsSchema)).toContain('["integer","null"]');
  });

  it('has bodies with the media types that the operation or the document consumes', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const parameters = [{ name: 'note', in: 'body', required: true, description: 'The note', schema }];
    const typeOf = (operation: JsonObject, others: JsonObject = {}) =>
      requestOf(documentOf({ parameters, ...operation }, others), { body: { a: 'x' } })?.headers['content-type'];
    expect(typeOf({})).toBe('application/json');
    expect(typeOf({}, { consumes: ['application/vnd.notes+json'] })).toBe('application/vnd.notes+json');
    expect(typeOf({ consumes: ['application/x-www-form-urlencoded'] }, { consumes: ['text/plain'] })).toBe(
      'application/x-www-form-urlencoded',
    );
    expect(() => requestOf(documentOf({ parameters }), {})).toThrow('body');
    expect(warningsOf(documentOf({ parameters, consumes: ['application/json'] }))).toEqual([]);
  });

  it('has forms', () => {
    const parameters: JsonObject[] = [
      { name: 'title', in: 'formData', type: 'string', required: true, description: 'The title' },
      { name: 'tags', in: 'formData', ...array({}) },
      { name: 'ids', in: 'formData', ...array({ collectionFormat: 'multi' }) },
    ];
    const json = documentOf({ parameters });
    const body = { title: 'a b', tags: ['x', 'y'], ids: ['1', '2'] };
    expect(requestOf(json, { body })).toMatchObject({
      body: 'title=a%20b&tags=x,y&ids=1&ids=2',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(() => requestOf(json, { body: {} })).toThrow('title');
  });

  it('has files', () => {
    const parameters: JsonObject[] = [
      { name: 'file', in: 'formData', type: 'file', required: true },
      { name: 'title', in: 'formData', type: 'string' },
    ];
    const { json } = readDocument(documentOf({ parameters, consumes: ['application/x-www-form-urlencoded'] }));
    expect(json).toHaveProperty(['paths', '/a', 'post', 'requestBody', 'content', 'multipart/form-data', 'schema'], {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' }, title: { type: 'string' } },
      required: ['file'],
    });
  });

  it('sends the items of a list in a multipart form as fields of their own, and says so', () => {
    const parameters: JsonObject[] = [
      { name: 'file', in: 'formData', type: 'file' },
      { name: 'tags', in: 'formData', ...array({}) },
      { name: 'ids', in: 'formData', ...array({ collectionFormat: 'multi' }) },
    ];
    expect(warningsOf(documentOf({ parameters }))).toEqual(['conversion_loss /paths/~1a/post/parameters/1']);
    const form = documentOf({ parameters: [{ name: 'tags', in: 'formData', ...array({ collectionFormat: 'tsv' }) }] });
    expect(warningsOf(form)).toEqual(['conversion_loss /paths/~1a/post/parameters/0']);
    expect(requestOf(form, { body: { tags: ['a', 'b'] } })?.body).toBe('tags=a&tags=b');
  });

  it('has components, also with escapes, and references by name alone', () => {
    const definitions = {
      'A B': { type: 'object', properties: { next: { $ref: 'Next' }, same: { $ref: '#/definitions/A%20B' } } },
      Next: { type: 'integer', 'x-nullable': true },
      Pet: { type: 'object', discriminator: 'kind', properties: { kind: { type: 'string' } } },
    };
    const parameters = {
      Limit: { name: 'limit', in: 'query', type: 'integer', maximum: 5 },
      Note: { name: 'note', in: 'body', schema: { $ref: '#/definitions/A%20B' } },
    };
    const responses = { Ok: { description: 'ok', schema: { $ref: '#/definitions/Pet' } } };
    const json = documentOf(
      {
        parameters: [{ $ref: '#/parameters/Limit' }, { $ref: '#/parameters/Note' }],
        responses: { 200: { $ref: '#/responses/Ok' } },
      },
      { definitions, parameters, responses },
    );
    expect(warningsOf(json)).toEqual([]);
    expect(requestOf(json, { limit: 5, body: { next: null, same: { next: 1 } } })?.body).toBe(
      '{"next":null,"same":{"next":1}}',
    );
    expect(() => requestOf(json, { limit: 6 })).toThrow('limit');
    expect(() => requestOf(json, { body: { same: { next: 'x' } } })).toThrow('body.same.next');
    const { components } = readDocument(json).json as { components: JsonObject };
    expect(components).toMatchObject({
      schemas: { Pet: { discriminator: { propertyName: 'kind' } } },
      responses: { Ok: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
    });
    expect(Object.keys(components['parameters'] as JsonObject)).toEqual(['Limit']);
  });

  it('has references into operations', () => {
    const body = { name: 'b', in: 'body', schema: { type: 'object', properties: { a: { type: 'integer' } } } };
    const responses = { 200: { description: 'ok', schema: { type: 'string' } } };
    const into = (pointer: string): JsonObject => ({ $ref: `#/paths/~1a/post${pointer}` });
    const properties = { body: into('/parameters/0/schema'), response: into('/responses/200/schema') };
    const paths: JsonObject = {
      ...(documentOf({ parameters: [body, { name: 'q', in: 'query', type: 'integer' }], responses })[
        'paths'
      ] as JsonObject),
      '/b': {
        post: {
          operationId: 'op2',
          responses: RESPONSES,
          parameters: [into('/parameters/1'), { name: 'c', in: 'body', schema: { properties } }],
        },
      },
    };
    const document = readDocument(documentOf({}, { paths }));
    const codes = describeDocument(document).warnings.map(({ code }) => code);
    expect(codes).not.toContain('unresolved_reference');
    const operation = compileOperation(document, 'op2');
    expect(() => operation?.buildRequest({ body: { body: { a: 'x' } } })).toThrow('body.body.a');
    expect(() => operation?.buildRequest({ body: { response: 7.5 } })).not.toThrow();
    expect(() => operation?.buildRequest({ q: 'x' })).toThrow('`q`');
  });

  it('has security schemes', () => {
    const oauth = { type: 'oauth2', authorizationUrl: 'https://a.example/a', tokenUrl: 'https://a.example/t' };
    const securityDefinitions = {
      basic: { type: 'basic' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      code: { ...oauth, flow: 'accessCode', scopes: { read: 'Reads' } },
      client: { type: 'oauth2', flow: 'application', tokenUrl: 'https://a.example/t' },
      implicit: { type: 'oauth2', flow: 'implicit', authorizationUrl: 'https://a.example/a' },
      password: { type: 'oauth2', flow: 'password', tokenUrl: 'https://a.example/t' },
      unnamed: oauth,
    };
    const { schemes } = documentSecurity(readDocument(documentOf({}, { securityDefinitions })));
    const code = { authorizationUrl: 'https://a.example/a', tokenUrl: 'https://a.example/t' };
    expect(Object.fromEntries([...schemes].map(([name, { object }]) => [name, object]))).toEqual({
      basic: { type: 'http', scheme: 'basic' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      code: { type: 'oauth2', flows: { authorizationCode: { ...code, scopes: { read: 'Reads' } } } },
      client: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://a.example/t', scopes: {} } } },
      implicit: { type: 'oauth2', flows: { implicit: { authorizationUrl: 'https://a.example/a', scopes: {} } } },
      password: { type: 'oauth2', flows: { password: { tokenUrl: 'https://a.example/t', scopes: {} } } },
      unnamed: { type: 'oauth2', flows: { authorizationCode: { ...code, scopes: {} } } },
    });
  });

  it('has findings with pointers into the original', () => {
    const schema = { type: 'object', properties: { a: { type: 'any' }, b: { $ref: 'other.json' } } };
    const json = documentOf(
      {
        parameters: [
          { name: 'note', in: 'body', schema },
          { name: 'q', in: 'query', type: 'string', pattern: '(' },
        ],
      },
      { definitions: { A: { $ref: '#/definitions/A' } } },
    );
    const sound = { get: { operationId: 'sound', summary: 'Sound', responses: RESPONSES } };
    const { warnings } = describedBy({ ...json, paths: { ...(json['paths'] as JsonObject), '/sound': sound } });
    expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'external_reference /paths/~1a/post/parameters/0/schema/properties/b',
      'reference_loop /definitions/A',
      'converted_document /swagger',
    ]);
    const text = JSON.stringify(json, null, 1);
    const [located] = locateFindings(text, warnings);
    expect(text.split('\n')[(located?.position.line ?? 0) - 1]).toContain('"b"');
  });

  it('keeps a duplicate key of YAML to its operation', () => {
    const yaml = `swagger: '2.0'
info: { title: T, version: '1' }
host: api.example
paths:
  /a: { post: { operationId: op, responses: {}, parameters: [{ name: b, in: body, schema: { $ref: '#/definitions/A' } }] } }
  /b: { get: { operationId: sound, responses: {} } }
definitions:
  A: { type: object, type: string }
`;
    const { operations, warnings } = describeDocument(readDocument(yaml));
    expect(operations.map(({ operationId }) => operationId)).toEqual(['sound']);
    expect(warnings).toContainEqual(
      expect.objectContaining({
        code: 'duplicate_key',
        pointer: '/definitions/A/type',
        position: { line: 8, column: 22 },
      }),
    );
  });

  it.each<JsonObject>([
    { paths: 7 },
    {
      paths: {
        '/a': 7,
        '/b': { get: 7, parameters: 7 },
        '/c': { get: { parameters: [7, { in: 'body' }], responses: 7 } },
      },
    },
    {
      definitions: 7,
      parameters: 7,
      responses: { A: 7 },
      securityDefinitions: { A: 7, B: { type: 'oauth2', flow: 7 } },
    },
    { host: 7, basePath: 7, schemes: 7, consumes: [7], produces: 7 },
    {
      paths: {
        '/c': { get: { responses: { 200: { schema: 7, headers: 7, examples: 7 }, 201: { headers: { a: 7 } } } } },
      },
    },
  ])('fails in no other way, whatever it holds: %j', (others) => {
    const json = documentOf({ parameters: [{ name: 'a', in: 'formData', items: 7, type: 'array' }] }, others);
    expect(outcomeOf(json)).toMatch(/^(?:usable|rejected)$/);
  });
});
