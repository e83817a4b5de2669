import { describe, expect, it } from '@jest/globals';
import { InvalidDocumentError, type JsonObject, decodeText, readDocument, trustedDocument } from '../index.js';
import { DEFAULT_LIMITS } from '../document/limits.js';

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

/** Encodes a text in the encodings that YAML allows besides UTF-8, with and without a byte order mark. */
function encodings(text: string): Uint8Array[] {
  const utf16 = (order: string) => Buffer.from(order + text, 'utf16le');
  const little = [utf16(''), utf16('\uFEFF')];
  const big = little.map((bytes) => Buffer.from(bytes).swap16());
  return [Buffer.from(text), Buffer.from(`\uFEFF${text}`), ...little, ...big];
}

describe('readDocument', () => {
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
    ['swagger: "2.0"', 'invalid_structure', 'must have "paths"'],
    ['swagger: "2.1"', 'unsupported_version', 'Swagger 2.1 is not supported; convert the document'],
    ['{"swaggerVersion": "1.2"}', 'unsupported_version', 'Swagger 1.2'],
    ['openapi: 4.0.0', 'unsupported_version', 'OpenAPI 4.0.0'],
    ['openapi: 3.10.0', 'unsupported_version', 'OpenAPI 3.10.0'],
    ['title: x', 'unsupported_version', 'does not state'],
    ['', 'empty_document', 'is empty'],
    [' \r\n\t', 'empty_document', 'is empty'],
    ['# openapi: 3.1.0', 'empty_document', 'only comments'],
    ['Not Found', 'unreadable', 'a string (line 1, column 1)'],
    ['[1]', 'unreadable', 'a list (line 1, column 1)'],
    ['openapi: 3.1.0\n---\nopenapi: 3.1.0', 'several_documents', '"---"'],
    ['openapi: 3.1.0\npaths:\n\t/a: {}', 'unreadable', 'line 3, column 1'],
    ['openapi: *version', 'unreadable', 'line 1, column 11'],
    ['openapi: !<tag:yaml.org,2002:timestamp> 2024-01-31', 'unreadable', 'line 1, column 10'],
    ['{"openapi": "3.0.0",\n "info": [}', 'unreadable', 'line 2, column 11'],
    ['openapi: 3.0.0\ninfo: {}\ninfo: {}', 'unreadable', 'line 3, column 1'],
    ['openapi: !!js/function x', 'unreadable', 'line 1, column 10'],
  ])('rejects %j', (source, code, message) => {
    expect(refusal(source)).toMatchObject([
      { code, message: expect.stringContaining(message), pointer: expect.any(String) },
    ]);
  });

  it.each([
    ['<html></html>', 'html_page', 'HTML page'],
    ['\n<!-- made by hand -->\n<!DOCTYPE html>\n<title>API: reference</title>', 'html_page', 'HTML page'],
    ['<?xml version="1.0"?><application/>', 'other_format', 'XML'],
    ['<edmx:Edmx Version="4.0"/>', 'other_format', 'XML'],
    ['#%RAML 1.0\ntitle: Notes', 'other_format', 'RAML'],
    ['FORMAT: 1A\n\n# Notes', 'other_format', 'API Blueprint'],
    ['// notes\nsyntax = "proto3";', 'other_format', 'Protocol Buffers'],
    ['"""Notes"""\ntype Query {\n  notes: [Note!]\n}', 'other_format', 'GraphQL'],
    ['{"data": {"__schema": {"types": []}}}', 'other_format', 'GraphQL'],
    ['asyncapi: 3.0.0', 'other_format', 'AsyncAPI'],
    ['{"info": {"_postman_id": "1"}, "item": []}', 'other_format', 'Postman'],
    ['{"collection": {"info": {"schema": "https://schema.getpostman.com/v2.1.0"}}}', 'other_format', 'Postman'],
    ['{"kind": "discovery#restDescription"}', 'other_format', 'Google discovery'],
    ['openrpc: 1.3.2', 'other_format', 'OpenRPC'],
    ['arazzo: 1.0.1', 'other_format', 'Arazzo'],
    ['overlay: 1.0.0', 'other_format', 'overlay'],
    ['{"schema_version": "v1", "name_for_model": "notes"}', 'other_format', '"api.url"'],
    ['{"_type": "export", "resources": []}', 'other_format', 'Insomnia'],
    ['{"log": {"entries": []}}', 'other_format', 'HAR'],
    ['{"$schema": "https://json-schema.org/draft/2020-12/schema"}', 'other_format', 'JSON Schema'],
  ])('names the format of %j', (source, code, message) => {
    expect(refusal(source)).toEqual([{ code, message: expect.stringContaining(message), pointer: '' }]);
  });

  it.each<[JsonObject | string, string]>([
    [{ data: { spec: NOTES } }, '/data/spec'],
    [{ swagger_doc: { swagger: '2.0' } }, '/swagger_doc'],
    [JSON.stringify([NOTES]), '/0'],
  ])('finds the document nested in %j', (source, pointer) => {
    expect(refusal(source)).toEqual([
      { code: 'wrapped_document', message: expect.stringContaining(`"${pointer}"`), pointer },
    ]);
  });

  it('recognizes other formats without backtracking', () => {
    for (const text of ['"""', '#', '# \n', '<!--', '//', '// \n', 'type ']) {
      expect(() => readDocument(text.repeat(2_000))).toThrow(InvalidDocumentError);
    }
  });

  it('reads YAML with any line breaks and encodings', () => {
    const { json } = readDocument(NOTES_YAML);
    expect(readDocument(NOTES_YAML.replaceAll('\n', '\r\n')).json).toEqual(json);
    expect(readDocument(`\uFEFF---${NOTES_YAML}...\n`).json).toEqual(json);
    for (const bytes of encodings(NOTES_YAML)) expect(readDocument(decodeText(bytes)).json).toEqual(json);
  });

  it('keeps text that other YAML readers convert to numbers or booleans', () => {
    const values = ['yes', 'no', 'on', '017', '0o17', '0x1F', '1_000', '12:30', '.nan', '.inf', '2024-01-31'];
    const { json } = readDocument(`${NOTES_YAML}x-values: [${values.join(', ')}]`);
    expect(json['x-values']).toEqual(values);
  });

  it('warns about duplicate JSON keys, of which the parser keeps the last', () => {
    const twice = '{"a\\"": [0, {"b": "{\\\\", "c": {"d": 1}, "c" : 2}], "a\\u0022": "\\"a\\": 1", "A": ": "}';
    const { json, warnings } = readDocument(JSON.stringify(NOTES).replace(/}$/, `,"x-a": ${twice}, "x-a": ${twice}}`));
    expect(json['x-a']).toEqual({ 'a"': '"a": 1', A: ': ' });
    const duplicates = warnings.filter(({ code }) => code === 'duplicate_key');
    expect(duplicates.map(({ pointer }) => pointer)).toEqual([
      '/x-a/a"/1/c',
      '/x-a/a"',
      '/x-a',
      '/x-a/a"/1/c',
      '/x-a/a"',
    ]);
    expect(readDocument(JSON.stringify({ ...NOTES, 'x-a': JSON.parse(twice) as JsonObject })).warnings).toEqual([]);
  });

  it('rejects a document that is too large or nested too deeply', () => {
    const limits = { ...DEFAULT_LIMITS, maxBytes: 100, maxDepth: 5 };
    expect(refusal(`${JSON.stringify(NOTES)}`, limits)[0]?.code).toBe('too_large');
    expect(refusal(NOTES, limits)[0]?.code).toBe('too_large');
    expect(refusal('{"a":[[[[[1]]]]]}', limits)[0]?.code).toBe('too_deep');
    expect(refusal('a: [[[[[1]]]]]', limits)[0]?.code).toBe('too_deep');
    expect(refusal(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)[0]?.code).toBe('too_deep');
  });

  it('rejects aliases that expand beyond the limits', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let row = 1; row < 12; row += 1) rows.push(`a${row}: &a${row} [${`*a${row - 1}, `.repeat(9)}]`);
    expect(refusal(rows.join('\n'))[0]?.code).toBe('too_many_aliases');
    expect(refusal('a: &a {b: *a}')[0]?.code).toBe('too_deep');
    expect(refusal('a: &a 1\nb: *a\nc: *a', { ...DEFAULT_LIMITS, maxAliases: 1 })[0]?.code).toBe('too_many_aliases');
  });

  it('accepts aliases and merges that stay small, and copies shared nodes', () => {
    const { json } = readDocument(`${NOTES_YAML}x-a: &a {p: 1}\nx-b: *a\nx-c: {<<: *a, q: 2}`);
    expect(json['x-c']).toEqual({ p: 1, q: 2 });
    expect(json['x-b']).toEqual(json['x-a']);
    expect(json['x-b']).not.toBe(json['x-a']);
  });

  it('does not modify prototypes', () => {
    const keys = '"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}';
    readDocument(JSON.stringify(NOTES).replace('{', `{"x-a": {${keys}}, ${keys}, `));
    readDocument(`${NOTES_YAML}__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}`);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['3.0.3', '3.1.0', '3.2.0'])('finds the invalid parts that operations depend on (%s)', (openapi) => {
    const parameters: JsonObject[] = [
      { name: 'q', in: 'path-or-query' },
      { in: 'query', schema: {} },
    ];
    const { invalidParts: findings } = readDocument({
      ...NOTES,
      openapi,
      paths: { '/a~b': { get: { parameters: [...parameters, 7], responses: 1 }, post: 7 } },
    });
    expect(findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['invalid_structure', '/paths/~1a~0b/get/parameters/0/in'],
      ['invalid_structure', '/paths/~1a~0b/get/parameters/1'],
      ['invalid_structure', '/paths/~1a~0b/get/parameters/2'],
      ['invalid_structure', '/paths/~1a~0b/post'],
    ]);
    expect(findings.map(({ message }) => message).join()).not.toContain('$ref');
    expect(findings[1]?.message).toBe('"parameters/1" must have "name"');
  });

  it.each(['3.0.3', '3.1.0'])('only warns about structural errors that calls do not depend on (%s)', (openapi) => {
    const get = { paramters: [], parameters: [{ name: 'q', in: 'query' }], 'x-mine': 1 };
    const info = { contact: { email: 5 } };
    const { warnings } = readDocument({ ...NOTES, openapi, info, paths: { '/a': { get } } });
    const messages = warnings.map(({ code, message }) => `${code}: ${message}`);
    expect(messages).toEqual(
      expect.arrayContaining([
        'loose_structure: "info" must have "title"',
        'loose_structure: "email" must be of type string',
        'loose_structure: "get" has a field that OpenAPI does not define: "paramters"',
        'loose_structure: "parameters/0" must have either "schema" or "content"',
      ]),
    );
    expect(messages.join()).not.toContain('x-mine');
  });

  it('does not report a field as unknown because another field is invalid', () => {
    const parameters: JsonObject[] = [
      { name: 'q', in: 'query', schema: {}, style: 'tabular', explode: true, example: 1 },
    ];
    const { warnings } = readDocument({ ...NOTES, openapi: '3.1.0', paths: { '/a': { get: { parameters } } } });
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/paths/~1a/get/parameters/0/style']);
  });

  it.each(['3.0.3', '3.1.0', '3.2.0'])('rejects structural errors that all calls depend on (%s)', (openapi) => {
    expect(
      refusal({ ...NOTES, openapi, servers: [7], paths: [7] }).map(({ code, pointer }) => [code, pointer]),
    ).toEqual([
      ['invalid_structure', '/servers/0'],
      ['invalid_structure', '/paths'],
    ]);
  });

  it('limits the number of findings', () => {
    const servers = Array.from({ length: 1_000 }, (_, index) => index);
    expect(refusal({ ...NOTES, servers }).length).toBeLessThanOrEqual(20);
  });
});
