import { describe, expect, it } from '@jest/globals';
import {
  InvalidDocumentError,
  type JsonObject,
  MissingFilesError,
  type ReferencedFile,
  compileOperation,
  readAndDescribe,
  trustedDocument,
} from '../index.js';

const RESPONSES = { 200: { description: 'ok' } };
const URL_OF_DOCUMENT = 'https://api.example/docs/openapi.json?token=1';

function documentOf(operation: JsonObject, others: JsonObject = {}): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://api.example' }],
    paths: {
      '/a': { post: { operationId: 'op', summary: 'Does it', responses: RESPONSES, ...operation } },
      '/sound': { get: { operationId: 'sound', summary: 'Sound', responses: RESPONSES } },
    },
    ...others,
  };
}

const withBody = (schema: JsonObject, others: JsonObject = {}) =>
  documentOf({ requestBody: { content: { 'application/json': { schema } } } }, others);

interface Files {
  [name: string]: string | JsonObject | ReferencedFile;
}

/** Reads a document whose files are given by their paths on its host. */
function read(json: JsonObject, files: Files = {}) {
  const entries = Object.entries(files).map(([path, file]): [string, ReferencedFile] => {
    if (typeof file === 'string') return [`https://api.example${path}`, { text: file }];
    return [`https://api.example${path}`, isProblem(file) ? file : { text: JSON.stringify(file) }];
  });
  const references = { url: URL_OF_DOCUMENT, files: new Map(entries) };
  const { document, description } = readAndDescribe(json, { references });
  const warnings = description.warnings.map(({ code, pointer }) => `${code} ${pointer}`);
  // What is stored must work without the files.
  const operation = compileOperation(trustedDocument(document.json), 'op');
  return { document, operation, warnings, description };
}

function isProblem(file: JsonObject | ReferencedFile): file is { problem: string } {
  return 'problem' in file && Object.keys(file).length === 1;
}

function missing(json: JsonObject, files: Files = {}): readonly string[] {
  try {
    read(json, files);
  } catch (error) {
    if (error instanceof MissingFilesError) return error.urls;
    throw error;
  }
  return [];
}

const NOTE = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] };

describe('references to other files', () => {
  it('leave a document without them as it is', () => {
    const json = withBody({ $ref: '#/components/schemas/A' }, { components: { schemas: { A: NOTE } } });
    expect(read(json).document.json).toBe(json);
  });

  it('name the files that are missing, each once, by the URL of the file that refers to them', () => {
    const json = withBody({
      anyOf: [{ $ref: 'schemas/note.yaml' }, { $ref: './schemas/note.yaml#/a' }, { $ref: '/tag.json#/Tag' }],
    });
    expect(missing(json)).toEqual(['https://api.example/docs/schemas/note.yaml', 'https://api.example/tag.json']);
    const files = {
      '/docs/schemas/note.yaml': 'properties: { tag: { $ref: ../tag.yaml } }',
      '/tag.json': '{"Tag":{}}',
    };
    expect(missing(json, { ...files, '/docs/schemas/note.yaml': { $ref: 'more.yaml', a: {} } })).toEqual([
      'https://api.example/docs/schemas/more.yaml',
    ]);
    expect(missing(json, files)).toEqual(['https://api.example/docs/tag.yaml']);
  });

  it('ask for no file that no call depends on', () => {
    const responses = { 200: { $ref: 'responses.yaml#/Ok' } };
    const json = documentOf({ responses }, { webhooks: { w: { $ref: 'webhook.yaml' } } });
    expect(missing(json)).toEqual([]);
    expect(read(json).warnings).toEqual(expect.arrayContaining(['external_reference /paths/~1a/post/responses/200']));
  });

  it('become components, in JSON and YAML, with the references in these files', () => {
    const json = withBody(
      { $ref: 'schemas.yaml#/definitions/My%20Note' },
      { components: { schemas: { My_Note: { type: 'integer' } } } },
    );
    const schemas = `definitions:
  My Note: { type: object, properties: { tag: { $ref: '#/definitions/Tag' }, own: { $ref: 'openapi.json?token=1#/components/schemas/My_Note' } } }
  Tag: { type: string, maxLength: 3 }
`;
    const { operation, document, warnings } = read(json, { '/docs/schemas.yaml': schemas });
    expect(warnings).toEqual([]);
    expect(operation?.buildRequest({ body: { tag: 'abc', own: 1 } }).body).toBe('{"tag":"abc","own":1}');
    expect(() => operation?.buildRequest({ body: { tag: 'abcd' } })).toThrow('body.tag');
    expect(() => operation?.buildRequest({ body: { own: 'x' } })).toThrow('body.own');
    expect(Object.keys((document.json['components'] as { schemas: JsonObject }).schemas)).toEqual([
      'My_Note',
      'My_Note_2',
      'Tag',
    ]);
  });

  it.each<[string, JsonObject]>([
    ['$anchor', { $anchor: 'tag' }],
    ['$dynamicAnchor', { $dynamicAnchor: 'tag' }],
    ['$id, as until draft 7', { $id: '#tag' }],
  ])('may name a schema of a file by %s', (_, name) => {
    const note = {
      $id: 'https://schemas.example/note',
      type: 'object',
      properties: {
        own: { $ref: '#tag' },
        other: { $id: 'other', $defs: { tag: { ...name, type: 'integer' } } },
        tag: { ...name, type: 'string', maxLength: 3 },
      },
    };
    const json = withBody({ anyOf: [{ $ref: 'note.json' }, { $ref: 'note.json#tag' }] });
    const { operation, warnings } = read(json, { '/docs/note.json': note });
    expect(warnings).toEqual([]);
    for (const body of [{ own: 'abc' }, 'abc'])
      expect(JSON.parse(String(operation?.buildRequest({ body }).body))).toEqual(body);
    for (const body of [{ own: 'abcd' }, 'abcd']) expect(() => operation?.buildRequest({ body })).toThrow('body');
  });

  it('may form cycles', () => {
    const a = { type: 'object', properties: { b: { $ref: 'b.json' }, a: { $ref: '#' } } };
    const b = { type: 'object', properties: { a: { $ref: 'a.json' }, n: { type: 'integer' } } };
    const { operation } = read(withBody({ $ref: 'a.json' }), { '/docs/a.json': a, '/docs/b.json': b });
    expect(operation?.buildRequest({ body: { b: { a: { a: { b: { n: 1 } } } } } }).body).toContain('"n":1');
    expect(() => operation?.buildRequest({ body: { b: { a: { a: { b: { n: 'x' } } } } } })).toThrow('body.b.a.a.b.n');
  });

  it('lead to parameters, bodies and path items', () => {
    const parameters = [{ $ref: 'parts.json#/parameters/Limit' }];
    const json = documentOf({ parameters, requestBody: { $ref: 'parts.json#/bodies/Note' } });
    const paths = { ...(json['paths'] as JsonObject), '/tags': { $ref: 'paths/tags.yaml' } };
    const parts = {
      parameters: { Limit: { name: 'limit', in: 'query', schema: { $ref: '#/Limit' } } },
      bodies: { Note: { content: { 'application/json': { schema: NOTE } } } },
      Limit: { type: 'integer' },
    };
    const tags = { get: { operationId: 'tags', parameters, responses: RESPONSES } };
    const { operation, description, document } = read(
      { ...json, paths },
      {
        '/docs/parts.json': parts,
        '/docs/paths/tags.yaml': { ...tags, parameters: [{ $ref: '../parts.json#/parameters/Limit' }] },
        '/docs/paths/parts.json': parts,
      },
    );
    expect(operation?.buildRequest({ limit: 1, body: { title: 'x' } })).toMatchObject({
      url: 'https://api.example/a?limit=1',
      body: '{"title":"x"}',
    });
    expect(description.operations.map(({ operationId }) => operationId)).toEqual(['op', 'sound', 'tags']);
    expect(() => compileOperation(document, 'tags')?.buildRequest({ limit: 'x' })).toThrow('limit');
  });

  it('lead to maps, as split documents have them', () => {
    const { paths, ...json } = withBody({ $ref: 'openapi.json?token=1#/components/schemas/Note' });
    const files = {
      '/docs/paths.json': paths as JsonObject,
      '/docs/schemas.json': { Note: { ...NOTE, properties: { title: { $ref: 'title.json' } } } },
      '/docs/title.json': { type: 'string', maxLength: 1 },
    };
    const split = { ...json, paths: { $ref: 'paths.json' }, components: { schemas: { $ref: 'schemas.json' } } };
    const { operation } = read(split, files);
    expect(() => operation?.buildRequest({ body: { title: 'xx' } })).toThrow('body.title');
    expect(operation?.buildRequest({ body: { title: 'x' } }).method).toBe('POST');
  });

  it.each<[string, string, Files, string]>([
    ['another host', 'https://other.example/a.json', {}, 'only files of https://api.example are fetched'],
    ['another scheme', 'file:///etc/passwd', {}, 'only files of https://api.example are fetched'],
    ['no URL', 'https://[', {}, 'it is not a URL'],
    ['a file that was not fetched', 'a.json', { '/docs/a.json': { problem: 'status 404' } }, 'status 404'],
    ['a file that is no document', 'a.json', { '/docs/a.json': '<html></html>' }, 'HTML page'],
    ['a value that is not there', 'a.json#/b', { '/docs/a.json': {} }, 'the file has no such value'],
    ['an anchor that is not there', 'a.json#b', { '/docs/a.json': { b: {} } }, 'the file has no such value'],
  ])('cost their operations: %s', (_, reference, files, reason) => {
    const { description } = read(withBody({ properties: { a: { $ref: reference } } }), files);
    expect(description.operations.map(({ operationId }) => operationId)).toEqual(['sound']);
    expect(description.warnings).toEqual([
      {
        code: 'external_reference',
        message: expect.stringContaining(reason),
        pointer: '/paths/~1a/post/requestBody/content/application~1json/schema/properties/a',
      },
    ]);
    expect(description.warnings[0]?.message).toMatch(/; op is left out$/);
  });

  it('cost their operations also in other files, with the place in the document', () => {
    const { description } = read(withBody({ $ref: 'a.json' }), {
      '/docs/a.json': { properties: { b: { $ref: '../../b.json' } } },
      '/b.json': { problem: 'status 500' },
    });
    expect(description.operations).toHaveLength(1);
    expect(description.warnings).toEqual([
      expect.objectContaining({
        pointer: '/paths/~1a/post/requestBody/content/application~1json/schema/properties/b',
        message: expect.stringContaining('status 500'),
      }),
    ]);
  });

  it('are not followed without end', () => {
    const paths = { ...(documentOf({})['paths'] as JsonObject), '/loop': { $ref: 'loop.json' } };
    const { warnings } = read(documentOf({}, { paths }), { '/docs/loop.json': { $ref: 'loop.json' } });
    expect(warnings).toContain('external_reference /paths/~1loop');
    const nested = { type: 'object', properties: { a: { properties: { $ref: 'a.json' } } } };
    expect(() => read(withBody({ properties: { $ref: 'a.json' } }), { '/docs/a.json': { a: nested } })).toThrow(
      InvalidDocumentError,
    );
  });

  it('do not multiply without limit', () => {
    const levels = Object.fromEntries(
      Array.from({ length: 90 }, (_, index) => [`l${index}`, { description: 'x'.repeat(10_000) }]),
    );
    const parts = Array.from({ length: 50 }, (_, index) => ({ $ref: `a.json?${index}` }));
    const files = Object.fromEntries(
      parts.map((_, index) => [`/docs/a.json?${index}`, { properties: levels } as JsonObject]),
    );
    expect(() => read(withBody({ anyOf: parts }), files)).toThrow('larger than');
  });

  it('are followed in Swagger 2.0', () => {
    const json = {
      swagger: '2.0',
      info: { title: 'T', version: '1' },
      host: 'api.example',
      paths: {
        '/a': {
          post: { operationId: 'op', responses: RESPONSES, parameters: [{ $ref: 'parts.json#/parameters/Note' }] },
        },
      },
      definitions: { Own: { type: 'integer' } },
    };
    const parts = {
      parameters: { Note: { name: 'note', in: 'body', schema: { $ref: '#/definitions/Note' } } },
      definitions: {
        Note: {
          properties: {
            a: { $ref: 'openapi.json?token=1#/definitions/Own' },
            b: { type: 'string', 'x-nullable': true },
          },
        },
      },
    };
    const { operation } = read(json, { '/docs/parts.json': parts });
    expect(operation?.buildRequest({ body: { a: 1, b: null } }).body).toBe('{"a":1,"b":null}');
    expect(() => operation?.buildRequest({ body: { a: 'x' } })).toThrow('body.a');
  });
});
