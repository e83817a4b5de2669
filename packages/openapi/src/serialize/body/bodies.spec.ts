import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type BuiltRequest,
  type CompiledOperation,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  readDocument,
} from '../../index.js';

function operationOf(content: JsonObject, version = '3.1.1', components: JsonObject = {}): CompiledOperation {
  const post = { operationId: 'op', requestBody: { content }, responses: { 200: { description: 'ok' } } };
  const document = {
    openapi: version,
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/x': { post } },
    components,
  };
  const operation = compileOperation(readDocument(document), 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

const multipart = (properties: JsonObject, encoding: JsonObject = {}, version = '3.1.1') =>
  operationOf({ 'multipart/form-data': { schema: { type: 'object', properties }, encoding } }, version);

function refusal(operation: CompiledOperation, body: JsonValue) {
  try {
    operation.buildRequest({ body });
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings[0];
    throw error;
  }
  throw new Error('the body was not refused');
}

type Field = [name: string, content: string] | [name: string, content: string, type: string, filename: string];

/** Parses a body like a server, with the parser of the platform. */
async function fieldsOf({ headers, body }: BuiltRequest): Promise<Field[]> {
  const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers }).formData();
  return Promise.all(
    [...form].map(async ([name, value]): Promise<Field> => {
      if (typeof value === 'string') return [name, value];
      return [name, Buffer.from(await value.arrayBuffer()).toString(), value.type, value.name];
    }),
  );
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const FILE = { type: 'string', format: 'binary' };

const OCTETS = 'application/octet-stream';
const DATA_URLS: [string, string | undefined][] = [
  [`data:text/csv;base64,${base64('hi, ü')}`, 'text/csv'],
  ['data:text/x-note;title=n,hi,%20%C3%BC', 'text/x-note;title=n'],
  ['data:,hi, ü', undefined],
  [`DATA:;BASE64,${encodeURIComponent(base64('hi, ü'))}`, undefined],
];

describe('a multipart body', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject, Field[]]>([
    [
      'scalars as text',
      {},
      {},
      { a: 'x\r\ny', b: 1, c: false },
      [
        ['a', 'x\r\ny'],
        ['b', '1'],
        ['c', 'false'],
      ],
    ],
    ['no null and no empty list', {}, {}, { a: null, b: [], c: '' }, [['c', '']]],
    [
      'a list as a part each',
      {},
      {},
      { a: ['x', 2] },
      [
        ['a', 'x'],
        ['a', '2'],
      ],
    ],
    ['an object as JSON', {}, {}, { a: { b: [1] } }, [['a', '{"b":[1]}']]],
    [
      'a list as JSON where its content type says so',
      {},
      { a: { contentType: 'application/json' } },
      { a: [1] },
      [['a', '[1]']],
    ],
    ['a list that is not exploded', {}, { a: { style: 'pipeDelimited' } }, { a: ['x', 'y'] }, [['a', 'x|y']]],
    [
      'a deep object',
      {},
      { a: { style: 'deepObject' } },
      { a: { b: 1, c: { d: [2, null, 'x,y'] } } },
      [
        ['a[b]', '1'],
        ['a[c][d][0]', '2'],
        ['a[c][d][2]', 'x,y'],
      ],
    ],
    [
      'a list of JSON or text as JSON',
      {},
      { a: { contentType: 'application/json, text/plain' } },
      { a: [1] },
      [['a', '[1]']],
    ],
    [
      'no nulls of a field with a style',
      {},
      { a: { style: 'form' }, b: { explode: false } },
      { a: { c: null, d: 1 }, b: ['x', null] },
      [
        ['d', '1'],
        ['b', 'x'],
      ],
    ],
    [
      'an exploded object',
      {},
      { a: { style: 'form' } },
      { a: { b: 1, c: 'd' } },
      [
        ['b', '1'],
        ['c', 'd'],
      ],
    ],
    ['names that need care', {}, {}, { 'a"b\r\nX: y': 'é' }, [['a"b\r\nX: y', 'é']]],
    [
      'a file by its content',
      { a: FILE },
      {},
      { a: { name: 'n "1".txt', mime_type: 'text/plain', content: base64('hello') } },
      [['a', 'hello', 'text/plain', 'n "1".txt']],
    ],
    ['a file as text', { a: FILE }, {}, { a: 'hello' }, [['a', 'hello', 'application/octet-stream', 'a']]],
    [
      'files of a list',
      { a: { type: 'array', items: FILE } },
      {},
      { a: [{ content: base64('1') }, '2'] },
      [
        ['a', '1', 'application/octet-stream', 'a'],
        ['a', '2', 'application/octet-stream', 'a'],
      ],
    ],
    [
      'a file of the type that the document names',
      { a: FILE },
      { a: { contentType: 'image/png, image/jpeg' } },
      { a: { content: base64('png') } },
      [['a', 'png', 'image/png', 'a']],
    ],
    [
      'a file, though it has a style',
      { a: FILE },
      { a: { style: 'form' } },
      { a: { content: base64('x') } },
      [['a', 'x', 'application/octet-stream', 'a']],
    ],
    ['text that is encoded already', { a: { ...FILE, contentEncoding: 'base64' } }, {}, { a: 'aGk=' }, [['a', 'aGk=']]],
    [
      'a file that a content type alone describes',
      { a: {} },
      { a: { contentType: 'image/*' } },
      { a: { mime_type: 'image/gif', content: base64('gif') } },
      [['a', 'gif', 'image/gif', 'a']],
    ],
    [
      'a file of 3.1',
      { a: { type: 'string', contentMediaType: 'application/pdf' } },
      {},
      { a: { content: base64('pdf') } },
      [['a', 'pdf', 'application/octet-stream', 'a']],
    ],
    ...DATA_URLS.flatMap(([url, type]): [string, JsonObject, JsonObject, JsonObject, Field[]][] => [
      [`the data URL ${url}`, { a: FILE }, {}, { a: url }, [['a', 'hi, ü', type ?? OCTETS, 'a']]],
      [
        `the data URL ${url} with another type`,
        { a: FILE },
        { a: { contentType: 'image/png' } },
        { a: url },
        [['a', 'hi, ü', 'image/png', 'a']],
      ],
      [
        `the data URL ${url} of a list`,
        { a: { type: 'array', items: FILE } },
        {},
        { a: [{ name: 'n', mime_type: 'a/b', content: url }, { download_link: url }] },
        [
          ['a', 'hi, ü', 'a/b', 'n'],
          ['a', 'hi, ü', type ?? OCTETS, 'a'],
        ],
      ],
    ]),
    [
      'a data URL of one of several types',
      { a: FILE },
      { a: { contentType: 'image/png, image/jpeg' } },
      { a: 'data:image/jpeg;base64,aGk=' },
      [['a', 'hi', 'image/jpeg', 'a']],
    ],
    ['text that begins like a data URL', { a: FILE }, {}, { a: 'data: x, y' }, [['a', 'data: x, y', OCTETS, 'a']]],
    ['a data URL that is no file', {}, {}, { a: 'data:,x' }, [['a', 'data:,x']]],
    [
      "ChatGPT's files",
      { openaiFileIdRefs: { type: 'array', items: { type: 'string' } } },
      {},
      { openaiFileIdRefs: [{ name: 'n.txt', id: 'file-1', mime_type: 'text/plain', content: base64('x') }] },
      [['openaiFileIdRefs', 'x', 'text/plain', 'n.txt']],
    ],
  ])('serializes %s', async (_, properties, encoding, body, expected) => {
    const request = multipart(properties, encoding).buildRequest({ body });
    expect(request.headers['content-type']).toMatch(/^multipart\/form-data; boundary=boundary-\w+$/);
    expect(await fieldsOf(request)).toEqual(expected);
  });

  it('has no styles in OpenAPI 3.0', async () => {
    const encoding = { a: { style: 'pipeDelimited' }, b: { style: 'deepObject', contentType: 'application/json' } };
    const request = multipart({}, encoding, '3.0.4').buildRequest({ body: { a: ['x', 'y'], b: { c: [1] } } });
    expect(await fieldsOf(request)).toEqual([
      ['a', 'x'],
      ['a', 'y'],
      ['b', '{"c":[1]}'],
    ]);
  });

  it('finds files through references and composition', async () => {
    const schema: JsonObject = {
      allOf: [{ $ref: '#/components/schemas/Upload' }, { properties: { note: { type: 'string' } } }],
    };
    const components = {
      schemas: { Upload: { properties: { a: { $ref: '#/components/schemas/Bytes' } } }, Bytes: FILE },
    };
    const operation = operationOf({ 'multipart/form-data': { schema } }, '3.0.3', components);
    const request = operation.buildRequest({ body: { a: { name: 'f', content: base64('1') }, note: 'n' } });
    expect(await fieldsOf(request)).toEqual([
      ['a', '1', 'application/octet-stream', 'f'],
      ['note', 'n'],
    ]);
  });

  it('does not treat an object as a file because it looks like one', async () => {
    const request = multipart({ a: { type: 'object' } }).buildRequest({ body: { a: { content: base64('x') } } });
    expect(await fieldsOf(request)).toEqual([['a', `{"content":"${base64('x')}"}`]]);
  });

  it('counts the bytes of its files', () => {
    const body = { a: { content: base64('12345') }, b: 'text' };
    expect(multipart({ a: FILE }).buildRequest({ body }).fileBytes).toBe(5);
  });

  it('waits for files that are given as links', async () => {
    const link = (name: string) => ({ name, download_link: `https://files.example/${name}` });
    const files = { type: 'array', items: FILE };
    const body: JsonObject = {
      a: [link('one'), { content: base64('2') }, { ...link('three'), mime_type: 'text/csv' }],
      b: 'text',
    };
    const request = multipart({ a: files }).buildRequest({ body });
    expect(request.body).toBeUndefined();
    expect(request.headers['content-type']).toBeUndefined();
    expect(request.pending?.links).toEqual([
      { url: 'https://files.example/one', pointer: '/body/a/0/download_link' },
      { url: 'https://files.example/three', pointer: '/body/a/2/download_link' },
    ]);
    const complete = request.pending?.complete([
      { name: 'other', bytes: Buffer.from('1'), mimeType: 'image/png' },
      { name: undefined, bytes: Buffer.from('3'), mimeType: 'text/plain' },
    ]);
    expect(complete).toMatchObject({ method: 'POST', url: 'https://e.test/x', fileBytes: 3 });
    expect(await fieldsOf(complete as BuiltRequest)).toEqual([
      ['a', '1', 'image/png', 'one'],
      ['a', '2', 'application/octet-stream', 'a'],
      ['a', '3', 'text/csv', 'three'],
      ['b', 'text'],
    ]);
  });

  it.each<[JsonObject, JsonObject, JsonValue, string]>([
    [{ a: FILE }, {}, { a: { content: 'not base64!' } }, '/body/a/content'],
    [{ a: FILE }, {}, { a: 'data:;base64,!' }, '/body/a'],
    [{ a: FILE }, { a: { contentType: 'image/*' } }, { a: 'data:text/html,x' }, '/body/a'],
    [{ a: FILE }, {}, { a: { name: 'x' } }, '/body/a'],
    [{}, { a: { style: 'pipeDelimited' } }, { a: ['x|y'] }, '/body/a/0'],
    [{}, { a: { explode: false } }, { a: ['x', 'y,z'] }, '/body/a/1'],
    [{}, { a: { style: 'form' } }, { a: { b: 1 }, b: 2 }, '/body/a/b'],
    [{}, { a: { style: 'form' }, c: { style: 'form' } }, { a: { b: 1 }, c: { b: 2 } }, '/body/c/b'],
    [{}, { a: { style: 'deepObject' } }, { a: { b: 1 }, 'a[b]': 2 }, '/body/a/b'],
    [{ a: FILE }, {}, { a: { content: '', mime_type: 'text/plain\r\nx: y' } }, '/body/a/mime_type'],
    [
      { a: FILE },
      { a: { contentType: 'image/*' } },
      { a: { content: '', mime_type: 'text/html' } },
      '/body/a/mime_type',
    ],
    [{ a: {} }, { a: { style: 'form' } }, { a: [['x']] }, '/body/a/0'],
    [{}, {}, 'text', '/body'],
  ])('with the properties %j and encoding %j rejects %j', (properties, encoding, body, pointer) => {
    expect(refusal(multipart(properties, encoding), body)?.pointer).toBe(pointer);
  });

  it('parses back to the given names and texts', async () => {
    // Excludes texts that a form cannot represent: line breaks are CRLF (RFC 7578, section 4.2).
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[\p{Cs}\r\n]/u.test(value));
    const operation = multipart({ f: FILE });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text), fc.uint8Array(), async (fields, bytes) => {
        const { f: _, ...others } = fields;
        const file = { name: 'f.bin', content: Buffer.from(bytes).toString('base64') };
        const { headers, body } = operation.buildRequest({ body: { ...others, f: file } });
        const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers }).formData();
        const read = [...form].filter(([, value]) => typeof value === 'string');
        expect(read).toEqual(Object.entries(others));
        expect(new Uint8Array(await (form.get('f') as File).arrayBuffer())).toEqual(bytes);
      }),
    );
  });
});

describe('a text body', () => {
  it.each<[string, JsonObject, JsonValue, string, string]>([
    ['text/plain', { type: 'string' }, 'é\n', 'é\n', 'text/plain'],
    ['text/plain', { type: 'integer' }, 7, '7', 'text/plain'],
    ['text/*', {}, 'x', 'x', 'text/plain'],
    ['application/xml', { type: 'object' }, '<a/>', '<a/>', 'application/xml'],
    ['application/x-ndjson', {}, '{}\n{}', '{}\n{}', 'application/x-ndjson'],
    ['text/csv; header=present', {}, 'a,b', 'a,b', 'text/csv; header=present'],
  ])('of %s is sent unchanged', (mediaType, schema, body, sent, contentType) => {
    const request = operationOf({ [mediaType]: { schema } }).buildRequest({ body });
    expect(request).toMatchObject({ body: sent, headers: { 'content-type': contentType } });
  });

  it('is a string in the arguments schema, whatever the document says about its content', () => {
    const schema = { type: 'object', description: 'An order', properties: { id: {} } };
    const operation = operationOf({ 'application/yaml': { schema } });
    expect(operation.argumentsSchema['properties']).toEqual({ body: { type: 'string', description: 'An order' } });
  });
});

it('prefers a media type without parameters', () => {
  const content = { 'application/json; version=2': {}, 'application/json': {} };
  expect(operationOf(content).buildRequest({ body: 1 }).headers['content-type']).toBe('application/json');
});

describe('a binary body', () => {
  it.each<[string, JsonValue, string]>([
    ['application/octet-stream', { content: base64('x') }, 'application/octet-stream'],
    ['application/octet-stream', { content: base64('x'), mime_type: 'image/png' }, 'application/octet-stream'],
    ['image/*', { content: base64('x'), mime_type: 'image/png' }, 'image/png'],
    ['image/png', { content: base64('x') }, 'image/png'],
    ['image/png', `data:image/gif;base64,${base64('x')}`, 'image/png'],
    ['image/*', `data:image/gif;base64,${base64('x')}`, 'image/gif'],
    ['*/*', { content: base64('x'), mime_type: 'text/csv' }, 'text/csv'],
  ])('of %s is the content of a file', (mediaType, body, contentType) => {
    const request = operationOf({ [mediaType]: { schema: FILE } }).buildRequest({ body });
    expect(request.headers['content-type']).toBe(contentType);
    expect(Buffer.from(request.body as Uint8Array).toString()).toBe('x');
  });

  it('is fetched if it is given as a link', () => {
    const body = { download_link: 'https://files.example/1' };
    const request = operationOf({ 'image/*': { schema: FILE } }).buildRequest({ body });
    expect(request.pending?.links).toEqual([{ url: 'https://files.example/1', pointer: '/body/download_link' }]);
    const own = operationOf({ 'image/*': { schema: FILE } }).buildRequest({
      body: { ...body, mime_type: 'image/gif' },
    });
    const bytes = Buffer.from('png');
    const completed = own.pending?.complete([{ name: undefined, bytes, mimeType: 'image/png' }]);
    expect(completed?.headers['content-type']).toBe('image/gif');
    expect(request.pending?.complete([{ name: undefined, bytes, mimeType: 'image/png' }])).toMatchObject({
      body: bytes,
      fileBytes: 3,
      headers: { 'content-type': 'image/png' },
    });
  });

  it('must have an allowed media type', () => {
    const operation = operationOf({ 'image/*': { schema: FILE } });
    expect(refusal(operation, { content: '', mime_type: 'text/html' })?.pointer).toBe('/body/mime_type');
    expect(refusal(operation, 'data:text/html,x')?.pointer).toBe('/body');
  });
});

describe('a JSON body', () => {
  it("contains ChatGPT's files as given", () => {
    const properties = { openaiFileIdRefs: { type: 'array', items: { type: 'string' } } };
    const operation = operationOf({ 'application/json': { schema: { type: 'object', properties } } });
    const file = { name: 'n', id: 'file-1', mime_type: 'text/plain', download_link: 'https://files.example/1' };
    const request = operation.buildRequest({ body: { openaiFileIdRefs: [file, 'file-2'] } });
    expect(JSON.parse(String(request.body))).toEqual({ openaiFileIdRefs: [file, 'file-2'] });
    expect(refusal(operation, { openaiFileIdRefs: [{ name: 'n' }] })?.pointer).toBe('/body/openaiFileIdRefs/0');
  });
});

it('defines the file schema once for any number of file fields', () => {
  const { argumentsSchema } = multipart({ a: FILE, b: { type: 'array', items: { ...FILE, description: 'B' } } });
  const text = JSON.stringify(argumentsSchema);
  expect(Object.keys(argumentsSchema['$defs'] as JsonObject)).toEqual(['File']);
  expect(text.match(/#\/\$defs\/File/g)).toHaveLength(2);
  expect(text).toContain('"description":"B"');
});
