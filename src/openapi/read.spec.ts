import { describe, expect, it } from '@jest/globals';
import { InvalidDocumentError, type JsonObject, readDocument, trustedDocument } from './index.js';
import { DEFAULT_LIMITS } from './reading/limits.js';

const NOTES = {
  openapi: '3.0.3',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://notes.example' }],
  paths: { '/notes': { get: { operationId: 'listNotes', responses: { 200: { description: 'ok' } } } } },
};

const NOTES_YAML = `
openapi: 3.1.0
info:
  title: Notes
  version: 2024-01-31
  description:
servers:
  - url: https://notes.example
paths:
  /notes:
    get:
      responses:
        200: { description: ok }
`;

function refusal(source: string | JsonObject, limits = DEFAULT_LIMITS) {
  try {
    readDocument(source, limits);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error.findings;
    throw error;
  }
  throw new Error('the document was not refused');
}

describe('reading a document', () => {
  it('reads JSON text, YAML text and parsed objects', () => {
    expect(readDocument(JSON.stringify(NOTES)).version).toBe('3.0');
    expect(readDocument(`\uFEFF${JSON.stringify(NOTES)}`).json).toEqual(NOTES);
    expect(readDocument(NOTES).json).toBe(NOTES);
    expect(readDocument(NOTES_YAML).version).toBe('3.1');
  });

  it('keeps YAML within JSON: dates stay strings, numeric keys become names, an empty value is null', () => {
    const { json } = readDocument(NOTES_YAML);
    expect(json['info']).toEqual({ title: 'Notes', version: '2024-01-31', description: null });
    expect(json).toHaveProperty(['paths', '/notes', 'get', 'responses', '200', 'description'], 'ok');
  });

  it('reads 3.2 as 3.1, and an unquoted version', () => {
    expect(readDocument({ ...NOTES, openapi: '3.2.0' }).version).toBe('3.1');
    expect(readDocument(NOTES_YAML.replace('3.1.0', '3.1')).version).toBe('3.1');
    expect(trustedDocument({ ...NOTES, openapi: 3.1 }).version).toBe('3.1');
    expect(trustedDocument(NOTES)).toMatchObject({ json: NOTES, version: '3.0' });
  });

  it.each([
    ['swagger: "2.0"', 'unsupported_version', 'Swagger 2.0'],
    ['openapi: 4.0.0', 'unsupported_version', 'OpenAPI 4.0.0'],
    ['openapi: 3.10.0', 'unsupported_version', 'OpenAPI 3.10.0'],
    ['title: x', 'unsupported_version', 'does not say'],
    ['', 'unreadable', 'line 1, column 1'],
    ['<html></html>', 'unreadable', 'line 1, column 1'],
    ['{"openapi": "3.0.0",\n "info": [}', 'unreadable', 'line 2, column 11'],
    ['openapi: 3.0.0\ninfo: {}\ninfo: {}', 'unreadable', 'line 3, column 1'],
    ['openapi: !!js/function x', 'unreadable', 'line 1, column 10'],
  ])('refuses %j', (source, code, message) => {
    expect(refusal(source)).toEqual([{ code, message: expect.stringContaining(message), pointer: expect.any(String) }]);
  });

  it('refuses a document that is too large or too deep', () => {
    const limits = { ...DEFAULT_LIMITS, maxBytes: 100, maxDepth: 5 };
    expect(refusal(`${JSON.stringify(NOTES)}`, limits)[0]?.code).toBe('too_large');
    expect(refusal(NOTES, limits)[0]?.code).toBe('too_large');
    expect(refusal('{"a":[[[[[1]]]]]}', limits)[0]?.code).toBe('too_deep');
    expect(refusal('a: [[[[[1]]]]]', limits)[0]?.code).toBe('too_deep');
    expect(refusal(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)[0]?.code).toBe('too_deep');
  });

  it('refuses aliases that expand without measure, quickly', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let row = 1; row < 12; row += 1) rows.push(`a${row}: &a${row} [${`*a${row - 1}, `.repeat(9)}]`);
    const begun = performance.now();
    expect(refusal(rows.join('\n'))[0]?.code).toBe('too_many_aliases');
    expect(refusal('a: &a {b: *a}')[0]?.code).toBe('too_deep');
    expect(refusal('a: &a 1\nb: *a\nc: *a', { ...DEFAULT_LIMITS, maxAliases: 1 })[0]?.code).toBe('too_many_aliases');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('takes aliases and merges that stay small, and shares nothing between the places', () => {
    const { json } = readDocument(`${NOTES_YAML}x-a: &a {p: 1}\nx-b: *a\nx-c: {<<: *a, q: 2}`);
    expect(json['x-c']).toEqual({ p: 1, q: 2 });
    expect(json['x-b']).toEqual(json['x-a']);
    expect(json['x-b']).not.toBe(json['x-a']);
  });

  it('lets no document change what objects inherit', () => {
    const keys = '"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}';
    readDocument(JSON.stringify(NOTES).replace('{', `{"x-a": {${keys}}, ${keys}, `));
    readDocument(`${NOTES_YAML}__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}`);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['3.0.3', '3.1.0', '3.2.0'])('names what is wrong where calls depend on it (%s)', (openapi) => {
    const parameters: JsonObject[] = [
      { name: 'q', in: 'body' },
      { in: 'query', schema: {} },
    ];
    const findings = refusal({
      ...NOTES,
      openapi,
      paths: { '/a~b': { get: { parameters: [...parameters, 7], responses: 1 }, post: [] } },
    });
    expect(findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['invalid_structure', '/paths/~1a~0b/get/parameters/0/in'],
      ['invalid_structure', '/paths/~1a~0b/get/parameters/1'],
      ['invalid_structure', '/paths/~1a~0b/get/parameters/2'],
      ['invalid_structure', '/paths/~1a~0b/post'],
    ]);
    expect(findings.map(({ message }) => message).join()).not.toContain('$ref');
    expect(findings[1]?.message).toBe('"parameters/1" lacks "name"');
  });

  it.each(['3.0.3', '3.1.0'])('only warns of carelessness where nothing depends on it (%s)', (openapi) => {
    const get = { paramters: [], parameters: [{ name: 'q', in: 'query' }], 'x-mine': 1 };
    const info = { contact: { email: 5 } };
    const { warnings } = readDocument({ ...NOTES, openapi, info, paths: { '/a': { get } } });
    const messages = warnings.map(({ code, message }) => `${code}: ${message}`);
    expect(messages).toEqual(
      expect.arrayContaining([
        'loose_structure: "info" lacks "title"',
        'loose_structure: "email" must be of type string',
        'loose_structure: "get" has a field that OpenAPI does not know: "paramters"',
        'loose_structure: "parameters/0" must have either "schema" or "content"',
      ]),
    );
    expect(messages.join()).not.toContain('x-mine');
  });

  it('does not call a field unknown because another one is wrong', () => {
    const parameters: JsonObject[] = [
      { name: 'q', in: 'query', schema: {}, style: 'tabular', explode: true, example: 1 },
    ];
    const { warnings } = readDocument({ ...NOTES, openapi: '3.1.0', paths: { '/a': { get: { parameters } } } });
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/paths/~1a/get/parameters/0/style']);
  });

  it('says a few things of a document in which all is wrong', () => {
    const paths = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`/${index}`, index]));
    expect(refusal({ ...NOTES, paths }).length).toBeLessThanOrEqual(20);
  });

  it('reads ten megabytes in a second', () => {
    const operation = { description: 'x'.repeat(500), responses: { 200: { description: 'ok' } } };
    const paths = Object.fromEntries(
      Array.from({ length: 17_000 }, (_, index) => [
        `/things/${index}`,
        { get: { ...operation, operationId: `op${index}` } },
      ]),
    );
    const source = JSON.stringify({ ...NOTES, paths });
    expect(source.length).toBeGreaterThan(10_000_000);
    const begun = performance.now();
    readDocument(source);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
