import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, jsonValue, property } from 'fast-check';
import {
  type Finding,
  InvalidDocumentError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  describeDocument,
  readAndDescribe,
  readDocument,
  trustedDocument,
} from './index.js';

const OK = { summary: 'Does it', responses: { 200: { description: 'ok' } } };
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

function documentOf(paths: JsonObject, others: JsonObject = {}) {
  const servers = [{ url: 'https://api.example/v1' }];
  return readDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, servers, paths, ...others });
}

/** Returns the warnings of a document with one operation. */
function warningsOf(operation: JsonObject, path = '/a', others: JsonObject = {}): Finding[] {
  const sound = { get: { operationId: 'sound', ...OK } };
  return describeDocument(
    documentOf({ '/sound': sound, [path]: { get: { operationId: 'op', ...OK, ...operation } } }, others),
  ).warnings;
}

function refusal(paths: JsonObject, others: JsonObject = {}, base = {}) {
  try {
    describeDocument(documentOf(paths, others), base);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error.findings;
    throw error;
  }
  throw new Error('the document was not refused');
}

describe('describeDocument', () => {
  it('lists operations with the fields that calls need', () => {
    const paths = {
      '/notes': { get: { operationId: 'listNotes', ...OK, summary: 'Lists' }, post: { operationId: 'add', ...OK } },
      '/notes/{id}': {
        parameters: [ID],
        get: { ...OK },
        delete: { operationId: 'drop', 'x-openai-isConsequential': true, ...OK },
        put: { operationId: 'set', 'x-openai-isConsequential': false, security: [], ...OK },
      },
    };
    const { operations, ...others } = describeDocument(documentOf(paths, { security: [{ key: [] }] }));
    expect(others).toMatchObject({ title: 'T', description: null, version: '3.1' });
    expect(others.server).toEqual({
      url: 'https://api.example/v1',
      origin: 'https://api.example',
      domain: 'api.example',
    });
    const rows = operations.map((operation) => [
      operation.operationId,
      operation.method,
      operation.path,
      operation.isConsequential,
      operation.canAlwaysAllow,
      operation.requiresAuth,
    ]);
    expect(rows).toEqual([
      ['listNotes', 'GET', '/notes', false, true, true],
      ['add', 'POST', '/notes', true, true, true],
      ['get_notes_by_id', 'GET', '/notes/{id}', false, true, true],
      ['drop', 'DELETE', '/notes/{id}', true, false, true],
      ['set', 'PUT', '/notes/{id}', false, true, false],
    ]);
    expect(operations[0]?.summary).toBe('Lists');
  });

  it.each([
    [undefined, undefined, true],
    [[], undefined, false],
    [[], [{ key: [] }], true],
    [[{ key: [] }], [{}], false],
    [[{ key: [] }], [{}, { key: [] }], true],
  ] as [JsonValue | undefined, JsonValue | undefined, boolean][])(
    'document security %j and operation security %j: requires auth %s',
    (ofDocument, ofOperation, expected) => {
      const get: JsonObject = ofOperation === undefined ? OK : { ...OK, security: ofOperation };
      const document = documentOf({ '/a': { get } }, ofDocument === undefined ? {} : { security: ofDocument });
      expect(describeDocument(document).operations[0]?.requiresAuth).toBe(expected);
    },
  );

  it('ignores references and patterns in examples', () => {
    const example = { $ref: 'elsewhere.yaml', pattern: '(' };
    const A = { example, default: example, enum: [example], 'x-a': example };
    const parameters = [{ name: 'q', in: 'query', schema: { $ref: '#/components/schemas/A' } }];
    expect(warningsOf({ parameters }, '/a', { components: { schemas: { A } } })).toEqual([]);
  });

  it('makes unique ids, and keeps the ids of the document', () => {
    const paths = {
      '/a/{id}': { parameters: [ID], get: OK },
      '/a/by_id': { get: OK },
      '/b': { get: OK },
      '/c': { get: { operationId: 'get_b', ...OK } },
      '/': { get: OK },
    };
    const { operations, warnings } = describeDocument(documentOf(paths));
    const ids = operations.map(({ operationId }) => operationId);
    const digested = (name: string) => expect.stringMatching(`^${name}_[0-9a-f]{8}$`);
    expect(ids).toEqual([digested('get_a_by_id'), digested('get_a_by_id'), digested('get_b'), 'get_b', 'get_root']);
    expect(new Set(ids).size).toBe(5);
    const reversed = documentOf(Object.fromEntries(Object.entries(paths).toReversed()));
    expect(describeDocument(reversed).operations.map(({ operationId }) => operationId)).toEqual(ids.toReversed());
    expect(warnings[0]).toEqual({
      code: 'missing_operation_id',
      message: `GET /a/{id} has no operationId and is named "${ids[0]}"`,
      pointer: '/paths/~1a~1{id}/get',
    });
  });

  it.each<[string, string, JsonObject, string, JsonObject?]>([
    ['operation_id_alias', '/paths/~1a/get/operationId', { operationId: 'notes/list' }, '/a'],
    [
      'argument_alias',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ name: '$top', in: 'query', schema: {} }] },
      '/a',
    ],
    ['undeclared_path_parameter', '/paths/~1a~1{x}/get', {}, '/a/{x}'],
    ['unused_path_parameter', '/paths/~1a/get/parameters/0', { parameters: [ID] }, '/a'],
    ['unsupported_path', '/paths/~1a?b={c}/get', {}, '/a?b={c}'],
    ['path_query', '/paths/~1a?b=1/get', {}, '/a?b=1'],
    ['path_fragment', '/paths/~1a#b/get', {}, '/a#b'],
    ['unsupported_path', '/paths/~1a~1..~1b/get', {}, '/a/../b'],
    ['unsupported_path', '/paths/~1a~1%2E%2e/get', {}, '/a/%2E%2e'],
    [
      'reserved_header',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ ...ID, in: 'header', name: 'X-Forwarded-For' }] },
      '/a',
    ],
    [
      'unsupported_parameter',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ name: 'c d', in: 'cookie', schema: {} }] },
      '/a',
    ],
    [
      'unsupported_parameter',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ name: 'c\u0000', in: 'query', schema: {} }] },
      '/a',
    ],
    [
      'unsupported_parameter',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ name: 'c', in: 'query', content: { 'multipart/related': {} } }] },
      '/a',
    ],
    ['unsupported_body', '/paths/~1a/get/requestBody', { requestBody: { content: { 'application/json': {} } } }, '/a'],
    ['description_too_long', '/paths/~1a/get/description', { description: 'x'.repeat(301) }, '/a'],
    [
      'description_too_long',
      '/paths/~1a/get/parameters/0/description',
      { parameters: [{ name: 'q', in: 'query', schema: {}, description: 'x'.repeat(701) }] },
      '/a',
    ],
    ['other_host', '/paths/~1a/get/servers', { servers: [{ url: 'https://other.example' }] }, '/a'],
    [
      'several_servers',
      '/servers',
      {},
      '/a',
      { servers: [{ url: 'https://a.example' }, { url: 'https://b.example' }] },
    ],
    ['insecure_server', '/servers/0/url', {}, '/a', { servers: [{ url: 'http://a.example' }] }],
    [
      'invalid_pattern',
      '/paths/~1a/get/parameters/0/schema/pattern',
      { parameters: [{ name: 'q', in: 'query', schema: { pattern: '(' } }] },
      '/a',
    ],
    ['unsupported_path', '/paths/~1a~0b?{c}/get', {}, '/a~b?{c}'],
    [
      'invalid_pattern',
      '/components/schemas/A/properties/example/pattern',
      { parameters: [{ name: 'q', in: 'query', schema: { $ref: '#/components/schemas/A' } }] },
      '/a',
      { components: { schemas: { A: { properties: { example: { pattern: '(' } }, example: { pattern: '[' } } } } },
    ],
    [
      'unresolved_reference',
      '/paths/~1a/get/parameters/0',
      { parameters: [{ $ref: '#/components/parameters/none' }] },
      '/a',
    ],
    [
      'reference_loop',
      '/components/schemas/A',
      {},
      '/a',
      { components: { schemas: { A: { allOf: [{ $ref: '#/components/schemas/A' }] } } } },
    ],
    [
      'reference_loop',
      '/components/schemas/A',
      {},
      '/a',
      { components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } } },
    ],
    [
      'external_reference',
      '/paths/~1a/get/responses/200',
      { responses: { 200: { $ref: 'responses.yaml#/Ok' } } },
      '/a',
    ],
  ])('warns about %s at %s', (code, pointer, operation, path, others = {}) => {
    const found = warningsOf(operation, path, others).filter((finding) => finding.code === code);
    expect(found.map((finding) => finding.pointer)).toContain(pointer);
  });

  it('has no warnings about a correct document', () => {
    const tree = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    };
    const ignored = ['Accept', 'Content-Type', 'Authorization'].map((name) => ({ name, in: 'header', schema: {} }));
    const parameters = [...ignored, { name: 'q', in: 'query', schema: { $ref: '#/components/schemas/Tree' } }];
    const securitySchemes = { key: { type: 'http', scheme: 'bearer' } };
    expect(warningsOf({ parameters }, '/a', { components: { schemas: { Tree: tree }, securitySchemes } })).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    [
      'a required parameter that cannot be sent',
      { parameters: [{ name: 'c', in: 'query', required: true, content: { 'multipart/related': {} } }] },
    ],
    [
      'a path parameter that cannot be sent',
      { parameters: [{ name: 'id', in: 'path', required: true, content: { 'multipart/related': {} } }] },
    ],
    ['a required body that cannot be sent', { requestBody: { required: true, content: { 'multipart/related': {} } } }],
    ['a reference that leads nowhere', { requestBody: { $ref: '#/components/requestBodies/none' } }],
    ['another host', { servers: [{ url: 'https://other.example' }] }],
    ['another port', { servers: [{ url: 'https://api.example:8443' }] }],
  ])('omits an operation with %s', (_, operation) => {
    const document = documentOf({
      '/sound': { get: { operationId: 'sound', ...OK } },
      '/a/{id}': { parameters: [ID], post: { operationId: 'op', ...OK, ...operation } },
    });
    const { operations, warnings } = describeDocument(document);
    expect(operations.map(({ operationId }) => operationId)).toEqual(['sound']);
    expect(warnings.map(({ message }) => message).join()).toContain('the operation is left out');
    expect(compileOperation(document, 'op')).toBeUndefined();
  });

  it('calls an operation at its own server if that has the same origin', () => {
    const servers = [{ url: 'https://other.example' }, { url: 'https://api.example/v2/' }];
    const document = documentOf({ '/a': { servers, get: { operationId: 'op', ...OK } } });
    expect(describeDocument(document).warnings).toEqual([]);
    expect(compileOperation(document, 'op')?.buildRequest({}).url).toBe('https://api.example/v2/a');
  });

  it.each<[string, string, JsonObject]>([
    ['no_server', '', { servers: [] }],
    ['relative_server', '/servers/0/url', { servers: [{ url: '/v1' }] }],
    [
      'server_variable_without_default',
      '/servers/0/variables/region',
      { servers: [{ url: 'https://{region}.example' }] },
    ],
    ['invalid_server', '/servers/0/url', { servers: [{ url: 'ftp://a.example' }] }],
    ['invalid_server', '/servers/0/url', { servers: [{ url: 'https://user:pass@a.example' }] }],
    ['invalid_server', '/servers/0/url', { servers: [{ url: 'https://a.example/?x=1' }] }],
    ['invalid_server', '/servers/0/url', { servers: [{ url: 'https://' }] }],
    ['no_operations', '/paths', { paths: {} }],
    ['no_operations', '/paths', { paths: { '/a/{id}': { get: OK } } }],
    ['external_reference', '/paths/~1a', { paths: { '/a': { $ref: './a.yaml' } } }],
    ['invalid_structure', '/paths/~1a/get', { paths: { '/a': { get: 5 } } }],
  ])('rejects a document with the error %s at %s', (code, pointer, others) => {
    expect(refusal({ '/a': { get: OK } }, others)[0]).toMatchObject({ code, pointer });
  });

  it('reports all errors of a document together', () => {
    const paths = { '/a': { get: { operationId: 'x', ...OK } } };
    const codes = (others: JsonObject) => refusal(paths, others).map(({ code }) => code);
    const schemas = { A: { $ref: 'a.json' } };
    expect(codes({ servers: [], components: { schemas } })).toEqual(['external_reference', 'no_server']);
    expect(codes({ servers: [], paths: {} })).toEqual(['no_operations', 'no_server']);
    const url = 'ftp://user@a.example/?x=1';
    expect(codes({ servers: [{ url }] })).toEqual(Array(3).fill('invalid_server'));
    const variables = { a: {}, b: { default: 'b' }, c: {} };
    const pointers = refusal(paths, { servers: [{ url: 'https://{a}.{b}.{c}.{a}', variables }] }).map(
      ({ pointer }) => pointer,
    );
    expect(pointers).toEqual(['/servers/0/variables/a', '/servers/0/variables/c']);
  });

  it('names an external reference', () => {
    expect(refusal({ '/a': { $ref: './a.yaml' } })[0]?.message).toContain('"./a.yaml"');
  });

  it.each([
    [
      {
        url: 'https://{region}.example:{port}/api/',
        variables: { region: { default: 'eu' }, port: { default: '8443' } },
      },
      'https://eu.example:8443/api',
      'eu.example:8443',
    ],
    [{ url: 'HTTPS://API.Example:443' }, 'https://api.example', 'api.example'],
    [{ url: 'http://127.0.0.1:4010' }, 'http://127.0.0.1:4010', '127.0.0.1:4010'],
  ])('reads the server %j', (server, url, domain) => {
    const document = documentOf({ '/a': { get: OK } }, { servers: [server] });
    expect(describeDocument(document).server).toMatchObject({ url, domain });
  });

  it('resolves servers against the URL of the document', () => {
    const at = (servers: JsonObject[]) =>
      describeDocument(documentOf({ '/a': { get: OK } }, { servers }), {
        documentUrl: 'https://h.example/docs/openapi.json',
      }).server.url;
    expect(at([{ url: '/v1' }])).toBe('https://h.example/v1');
    expect(at([{ url: '../v2' }])).toBe('https://h.example/v2');
    expect(at([])).toBe('https://h.example');
  });

  it('rejects too many parameters, which even a small document may have', () => {
    const parameters = Array.from({ length: 300 }, (_, index) => ({ name: `p${index}`, in: 'query', schema: {} }));
    const paths = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`/a${index}`, { $ref: '#/components/pathItems/P' }]),
    );
    const components = { pathItems: { P: { parameters, get: OK } } };
    expect(refusal(paths, { components })[0]).toMatchObject({ code: 'too_large', pointer: '/paths' });
  });

  it('limits repeated findings and counts the others', () => {
    const paths = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`/p${index}`, { get: OK }]));
    const { warnings } = describeDocument(documentOf(paths));
    const missing = warnings.filter(({ code }) => code === 'missing_operation_id');
    expect(missing).toHaveLength(21);
    expect(missing.at(-1)?.message).toContain('20 more');
    expect(warnings.map(({ code }) => code)).toContain('many_operations');
  });

  it('describes a stored document like the original', () => {
    const document = documentOf({ '/a': { get: OK } });
    expect(describeDocument(trustedDocument(document.json))).toEqual(describeDocument(document));
  });
});

it('ignores header parameters that the application reserves, by name or by prefix', () => {
  const header = (name: string) => ({ name, in: 'header', schema: { type: 'string' } });
  const parameters = ['X-Trace', 'Acme-User', 'Acme', 'X-Own'].map(header);
  const document = documentOf({ '/a': { get: { operationId: 'op', ...OK, parameters } } });
  const options = { reservedHeaders: ['x-trace', 'acme-*'] };
  const names = (operation = compileOperation(document, 'op', options)) =>
    operation?.parameters.map(({ name }) => name);
  expect(names()).toEqual(['Acme', 'X-Own']);
  expect(names(compileOperation(document, 'op'))).toEqual(['X-Trace', 'Acme-User', 'Acme', 'X-Own']);
  const { warnings } = describeDocument(document, options);
  expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
    'reserved_header /paths/~1a/get/parameters/0',
    'reserved_header /paths/~1a/get/parameters/1',
  ]);
});

describe('readAndDescribe', () => {
  const VALID = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://a.example' }],
    paths: { '/a': { get: { operationId: 'x', ...OK } }, '/b': { get: { operationId: 'y', ...OK } } },
  };

  const errorsOf = (changes: JsonObject) => {
    try {
      readAndDescribe({ ...VALID, ...changes });
      return [];
    } catch (error) {
      if (!(error instanceof InvalidDocumentError)) throw error;
      return error.findings.map(({ code, pointer }) => `${code} ${pointer}`);
    }
  };

  it('returns the document and its description', () => {
    const { document, description } = readAndDescribe(VALID);
    expect(document).toEqual(readDocument(VALID));
    expect(description).toEqual(describeDocument(document));
  });

  it('reports errors of the structure together with those of the content', () => {
    const get: JsonObject = { operationId: 'x', ...OK, parameters: [{ in: 'query' }, { $ref: 'b.yaml' }] };
    const paths = { ...VALID.paths, '/a': { get: VALID.paths['/a'].get, post: 7 }, '/c': { get } };
    expect(errorsOf({ servers: [{ url: '/v1' }], paths })).toEqual([
      'invalid_structure /paths/~1a/post',
      'invalid_structure /paths/~1c/get/parameters/0',
      'external_reference /paths/~1c/get/parameters/1',
      'relative_server /servers/0/url',
    ]);
  });

  it.each<[JsonObject, string[]]>([
    [{ servers: 5 }, ['invalid_structure /servers']],
    [{ servers: [null] }, ['invalid_structure /servers/0']],
    [{ servers: [{ url: 5 }] }, ['invalid_structure /servers/0/url']],
    [{ paths: [5] }, ['invalid_structure /paths']],
  ])('does not report the consequences of an invalid structure: %j', (changes, errors) => {
    expect(errorsOf(changes)).toEqual(errors);
  });

  it('reports no other failure, whatever a document holds', () => {
    const text = JSON.stringify(VALID);
    const values = [...text.matchAll(/(?<=:)(?:"[^"]*"|[[{])/g)].map(({ index }) => index);
    assert(
      property(constantFrom(...values), jsonValue({ maxDepth: 3 }), (index, value) => {
        // The former value stays beside the new one, under a key that the standard does not define.
        const changed = `${text.slice(0, index)}${JSON.stringify(value)},"x-former":${text.slice(index)}`;
        expect(() => errorsOf(JSON.parse(changed))).not.toThrow();
      }),
    );
  });
});
