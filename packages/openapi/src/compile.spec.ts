import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type CompiledOperation,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  readDocument,
} from './index.js';

const OK = { responses: { 200: { description: 'ok' } } };

interface Shape {
  path?: string;
  method?: string;
  parameters?: JsonObject[];
  body?: JsonObject;
  server?: string;
}

function operationOf({
  path = '/x',
  method = 'get',
  parameters = [],
  body,
  server = 'https://e.test',
}: Shape): CompiledOperation {
  const operation = { operationId: 'op', parameters, ...(body && { requestBody: body }), ...OK };
  const info = { title: 't', version: '1' };
  const document = readDocument({
    openapi: '3.1.1',
    info,
    servers: [{ url: server }],
    paths: { [path]: { [method]: operation } },
  });
  const compiled = compileOperation(document, 'op');
  if (compiled === undefined) throw new Error('the operation cannot be called');
  return compiled;
}

function refusal(operation: CompiledOperation, args: JsonObject) {
  try {
    operation.buildRequest(args);
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings;
    throw error;
  }
  throw new Error('the arguments were not refused');
}

const ANY = {};
const COLOR = { name: 'color', schema: ANY };
const RGB = { R: 100, G: 200, B: 150 };
const COLORS = ['blue', 'black', 'brown'];

describe('path parameters', () => {
  it.each<[JsonValue, boolean, string]>([
    ['blue', false, '/x/blue'],
    [7, false, '/x/7'],
    [COLORS, false, '/x/blue,black,brown'],
    [COLORS, true, '/x/blue,black,brown'],
    [RGB, false, '/x/R,100,G,200,B,150'],
    [RGB, true, '/x/R=100,G=200,B=150'],
    ['a/b c?#', false, '/x/a%2Fb%20c%3F%23'],
    ["!'()*,;=é", false, '/x/%21%27%28%29%2A%2C%3B%3D%C3%A9'],
    [['a,b', 'c'], false, '/x/a%2Cb,c'],
    ['...', false, '/x/...'],
    ['.hidden', false, '/x/.hidden'],
    ['a%20b', false, '/x/a%2520b'],
  ])('serializes %j with explode %s as %s', (color, explode, path) => {
    const operation = operationOf({
      path: '/x/{color}',
      parameters: [{ ...COLOR, in: 'path', required: true, explode }],
    });
    expect(operation.buildRequest({ color }).url).toBe(`https://e.test${path}`);
  });

  const item = operationOf({
    path: '/items/{id}/parts',
    parameters: [{ name: 'id', in: 'path', required: true, schema: ANY }],
  });

  it.each([
    '.',
    '..',
    '%2e%2e',
    '%2E.',
    '%252e%252e',
    '%25252e',
    '../..',
    '..\\..',
    'a/../../b',
    '..%2fx',
    '..%252Fx',
    '..;x',
    '%%32e.',
    ['..'],
    `%${'25'.repeat(40)}2e`,
  ])('rejects %j, which could change the path', (id) => {
    expect(refusal(item, { id })).toEqual([{ pointer: '/id', message: expect.stringContaining('path segment') }]);
  });

  it.each([
    ['', 'must not be empty'],
    [[], 'must not be empty'],
    [null, 'must not be empty'],
    ['a\u0000', 'control characters'],
    ['a\r\nb', 'control characters'],
    ['\ud800', 'broken Unicode'],
    [{ a: { b: 1 } }, 'nested too deeply'],
  ] as [JsonValue, string][])('rejects the empty or invalid %j: %s', (id, message) => {
    expect(refusal(item, { id })[0]?.message).toContain(message);
  });

  it('rejects a dot segment that two arguments form together', () => {
    const parameters = ['a', 'b'].map((name) => ({ name, in: 'path', required: true, schema: ANY }));
    const operation = operationOf({ path: '/{a}{b}', parameters });
    expect(operation.buildRequest({ a: '.', b: 'x' }).url).toBe('https://e.test/.x');
    expect(refusal(operation, { a: '.', b: '.' })[0]?.message).toContain('path segment');
  });

  it('keeps the base path and the literal parts of the template', () => {
    const parameters = [{ name: 'id', in: 'path', required: true, schema: ANY }];
    const operation = operationOf({ path: '/größe/a b/{id}.json', server: 'https://h.test/api/v1/', parameters });
    expect(operation.buildRequest({ id: 7 }).url).toBe('https://h.test/api/v1/gr%C3%B6%C3%9Fe/a%20b/7.json');
    expect(operationOf({ path: '//other.test/x' }).buildRequest({}).url).toBe('https://e.test//other.test/x');
    expect(operationOf({ path: '/' }).buildRequest({}).url).toBe('https://e.test/');
  });
});

describe('the query of a path', () => {
  const query = (name: string, schema: JsonObject = {}) => ({ name, in: 'query', schema });
  const inPath = (name: string) => ({ name, in: 'path', required: true, schema: {} });

  it.each<[string, string, JsonObject[], JsonObject, string]>([
    ['is sent', '/a?x=1&y z&w=%41', [], {}, '/a?x=1&y%20z&w=%41'],
    ['precedes parameters', '/a?x=1', [query('b')], { b: 2 }, '/a?x=1&b=2'],
    ['is replaced by a parameter of the same name', '/a?x=1&y=2', [query('x')], { x: 3 }, '/a?y=2&x=3'],
    ['is replaced by a path parameter in it', '/a?x={x}', [query('x')], { x: 'b c' }, '/a?x=b%20c'],
    ['contains a path parameter of another name', '/a?q={words}', [inPath('words')], { words: 'b&c' }, '/a?q=b%26c'],
    ['is omitted if it is empty', '/a?', [], {}, '/a'],
    ['ends before a fragment, which is not sent', '/a?x=1#y', [], {}, '/a?x=1'],
    ['is not read after a fragment', '/a#x?y=1', [], {}, '/a'],
  ])('%s', (_, path, parameters, args, expected) => {
    expect(operationOf({ path, parameters }).buildRequest(args).url).toBe(`https://e.test${expected}`);
  });

  it('cannot be set by an exploded object', () => {
    const operation = operationOf({ path: '/a?x=1', parameters: [query('more', { type: 'object' })] });
    expect(refusal(operation, { more: { x: 2 } })[0]?.pointer).toBe('/more/x');
  });
});

describe('query parameters', () => {
  it.each<[JsonValue, JsonObject, string]>([
    ['', {}, '?color='],
    ['blue', {}, '?color=blue'],
    [0, {}, '?color=0'],
    [false, {}, '?color=false'],
    [null, {}, ''],
    [COLORS, {}, '?color=blue&color=black&color=brown'],
    [COLORS, { explode: false }, '?color=blue,black,brown'],
    [['a,b', 'c'], { explode: false }, '?color=a%2Cb,c'],
    [[], {}, ''],
    [[], { explode: false }, ''],
    [RGB, {}, '?R=100&G=200&B=150'],
    [RGB, { explode: false }, '?color=R,100,G,200,B,150'],
    [{ a: 'x&y=z' }, {}, '?a=x%26y%3Dz'],
    [RGB, { style: 'deepObject', explode: true }, '?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
    [{ a: { b: [1, 2] } }, { style: 'deepObject' }, '?color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D=2'],
    ['a#b&c=d?e/f+g', {}, '?color=a%23b%26c%3Dd%3Fe%2Ff%2Bg'],
    ['a b', {}, '?color=a%20b'],
    ['é🍣', {}, '?color=%C3%A9%F0%9F%8D%A3'],
    ['100%', {}, '?color=100%25'],
    ['..', {}, '?color=..'],
  ])('serializes %j with %j as %s', (color, how, query) => {
    const operation = operationOf({ parameters: [{ ...COLOR, in: 'query', ...how }] });
    expect(operation.buildRequest({ color }).url).toBe(`https://e.test/x${query}`);
  });

  it('serializes a parameter with JSON content as JSON', () => {
    const operation = operationOf({ parameters: [{ name: 'f', in: 'query', content: { 'application/json': {} } }] });
    expect(operation.buildRequest({ f: { a: [1, 2] } }).url).toBe('https://e.test/x?f=%7B%22a%22%3A%5B1%2C2%5D%7D');
  });

  it('keeps the order of the document and encodes names', () => {
    const parameters = ['b[]', 'a&b'].map((name) => ({ name, in: 'query', schema: ANY }));
    expect(operationOf({ parameters }).buildRequest({ 'a&b': 1, 'b[]': 2 }).url).toBe(
      'https://e.test/x?b%5B%5D=2&a%26b=1',
    );
  });

  it('rejects control characters other than line breaks and tabs', () => {
    expect(operationOf({ parameters: [{ ...COLOR, in: 'query' }] }).buildRequest({ color: 'a\r\n\tb' }).url).toBe(
      'https://e.test/x?color=a%0D%0A%09b',
    );
    const operation = operationOf({ parameters: [{ ...COLOR, in: 'query' }] });
    expect(refusal(operation, { color: 'a\u0001b' })[0]).toMatchObject({ pointer: '/color' });
    expect(refusal(operation, { color: { 'a\u0000': 1 } })[0]).toMatchObject({ pointer: '/color/a\u0000' });
  });
});

describe('header parameters', () => {
  it.each<[JsonValue, JsonObject, string | undefined]>([
    ['blue', {}, 'blue'],
    [COLORS, {}, 'blue,black,brown'],
    [RGB, {}, 'R,100,G,200,B,150'],
    [RGB, { explode: true }, 'R=100,G=200,B=150'],
    ['a b;c', {}, 'a b;c'],
    ['é', {}, 'é'],
    [[], {}, undefined],
  ])('serializes %j with %j as %s', (value, how, header) => {
    const operation = operationOf({ parameters: [{ name: 'X-Color', in: 'header', schema: ANY, ...how }] });
    expect(operation.buildRequest({ 'X-Color': value }).headers['x-color']).toBe(header);
  });

  it.each(['a\r\nhost: evil.test', 'a\nb', 'a\u0000', 'a\tb', '🍣', ['a', 'b\r']])(
    'rejects the header value %j',
    (value) => {
      const operation = operationOf({ parameters: [{ name: 'X-Color', in: 'header', schema: ANY }] });
      expect(refusal(operation, { 'X-Color': value })[0]?.message).toContain('invalid in a header');
    },
  );

  it.each([
    'Authorization',
    'accept',
    'Content-Type',
    'Cookie',
    'Host',
    'content-length',
    'Transfer-Encoding',
    'Connection',
    'Proxy-Authorization',
    'Forwarded',
    'x-forwarded-host',
  ])('omits the argument for %s', (name) => {
    const operation = operationOf({ parameters: [{ name, in: 'header', required: true, schema: ANY }] });
    expect(operation.argumentsSchema['properties']).toEqual({});
    expect(refusal(operation, { [name]: 'x' })[0]?.pointer).toBe(`/${name}`);
    expect(Object.keys(operation.buildRequest({}).headers)).toEqual(['accept']);
  });
});

describe('the request body', () => {
  const content = (...mediaTypes: string[]) =>
    Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: ANY }]));

  it.each([
    [['text/plain', 'application/json'], 'application/json'],
    [['application/hal+json', 'application/json; charset=utf-8'], 'application/json; charset=utf-8'],
    [['multipart/form-data', 'application/merge-patch+json'], 'application/merge-patch+json'],
    [['application/*+json'], 'application/json'],
    [['*/*'], 'application/json'],
  ])('is sent for the content types %j as %s', (mediaTypes, sent) => {
    const operation = operationOf({ method: 'post', body: { content: content(...mediaTypes) } });
    const request = operation.buildRequest({ body: { a: [1, 'é'] } });
    expect(request).toMatchObject({ method: 'POST', body: '{"a":[1,"é"]}' });
    expect(request.headers['content-type']).toBe(sent);
  });

  it('may be omitted or null if it is not required', () => {
    const operation = operationOf({ method: 'post', body: { content: content('application/json') } });
    expect(operation.buildRequest({})).not.toHaveProperty('body');
    expect(operation.buildRequest({}).headers).not.toHaveProperty('content-type');
    expect(operation.buildRequest({ body: null }).body).toBe('null');
    const required = operationOf({ method: 'post', body: { required: true, content: content('application/json') } });
    expect(refusal(required, {})).toEqual([{ pointer: '/body', message: '`body` is required' }]);
  });

  it('never derives a header from the name of a media type', () => {
    const operation = operationOf({
      method: 'post',
      body: { content: content('application/json; a="\r\nx: y"', 'a/b+json') },
    });
    expect(operation.buildRequest({ body: 1 }).headers['content-type']).toBe('a/b+json');
  });
});

describe('arguments', () => {
  it('are named after their location if the name is shared or is "body"', () => {
    const parameters: JsonObject[] = [
      { name: 'id', in: 'path', required: true, schema: ANY },
      { name: 'id', in: 'query', schema: ANY },
      { name: 'body', in: 'query', schema: ANY },
      { name: 'query_id', in: 'query', schema: ANY },
    ];
    const operation = operationOf({ path: '/{id}', parameters });
    const args = operation.parameters.map(({ argument }) => argument);
    expect(args).toEqual(['path_id', 'query_id_', 'query_body', 'query_id']);
    expect(operation.buildRequest({ path_id: 1, query_id_: 2, query_body: 3, query_id: 4 }).url).toBe(
      'https://e.test/1?id=2&body=3&query_id=4',
    );
  });

  it('always include path parameters, even if the document does not mark them as required', () => {
    const operation = operationOf({ path: '/{id}', parameters: [{ name: 'id', in: 'path', schema: ANY }] });
    expect(refusal(operation, {})).toEqual([{ pointer: '/id', message: '`id` is required' }]);
  });

  it('prefer a parameter of the operation to one of the path item', () => {
    const base = { openapi: '3.0.0', info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
    const own = { operationId: 'op', parameters: [{ name: 'X-a', in: 'header', required: true, schema: {} }], ...OK };
    const paths = { '/a': { parameters: [{ $ref: '#/components/parameters/A' }], get: own } };
    const components = { parameters: { A: { name: 'x-A', in: 'header', schema: {} } } };
    const operation = compileOperation(readDocument({ ...base, paths, components }), 'op');
    expect(operation?.argumentsSchema).toMatchObject({ properties: { 'X-a': {} }, required: ['X-a'] });
  });

  it('are rejected with all errors in helpful messages', () => {
    const parameters: JsonObject[] = [
      { name: 'limit', in: 'query', required: true, schema: { type: 'integer', minimum: 1 } },
      { name: 'sort', in: 'query', schema: { enum: ['asc', 'desc'] } },
      { name: 'since', in: 'query', schema: { type: 'string', format: 'date' } },
      { name: 'code', in: 'query', schema: { type: 'string', format: 'made-up', pattern: '^[\\w-.]+$' } },
    ];
    const schema = {
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: {
        title: { type: 'string' },
        tags: { type: 'array', items: { type: ['string', 'null'] } },
        owner: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
    };
    const operation = operationOf({
      method: 'post',
      parameters,
      body: { content: { 'application/json': { schema } } },
    });
    const args = {
      limit: '10',
      sort: 'up',
      since: 'today',
      code: 'a b',
      foo: 1,
      body: { tags: ['a', 5], owner: 7, x: 1 },
    };
    expect(refusal(operation, args)).toEqual(
      expect.arrayContaining([
        { pointer: '/limit', message: '`limit` must be an integer, got "10"' },
        { pointer: '/sort', message: '`sort` must be one of "asc", "desc", got "up"' },
        { pointer: '/since', message: '`since` must match format "date", got "today"' },
        { pointer: '/code', message: expect.stringContaining('must match pattern') },
        {
          pointer: '/foo',
          message: '`foo` is unknown; the operation accepts `limit`, `sort`, `since`, `code`, `body`',
        },
        { pointer: '/body/title', message: '`body.title` is required' },
        { pointer: '/body/tags/1', message: '`body.tags[1]` must be a string or null, got 5' },
        { pointer: '/body/owner', message: '`body.owner` must be a string or null, got 7' },
        { pointer: '/body/x', message: '`body.x` is unknown; `body` accepts `title`, `tags`, `owner`' },
      ]),
    );
    expect(refusal(operation, args)).toHaveLength(9);
    expect(refusal(operation, {})).toEqual([{ pointer: '/limit', message: '`limit` is required' }]);
  });

  it('report what each alternative lacks', () => {
    const form = (name: string) => ({ type: 'object', required: [name] });
    const schema = { oneOf: [form('meow'), form('bark'), { type: 'string' }] };
    const operation = operationOf({ method: 'post', body: { content: { 'application/json': { schema } } } });
    expect(refusal(operation, { body: {} })).toEqual([
      {
        pointer: '/body',
        message: '`body` matches none of its alternatives: `body.meow` is required; or `body.bark` is required',
      },
    ]);
  });

  it('are sent with a notice if they match several alternatives', () => {
    const form = (name: string) => ({ type: 'object', required: [name] });
    const list = { type: 'array', items: { oneOf: [form('meow'), form('bark'), { type: 'string' }] } };
    const schema = {
      oneOf: [
        { required: ['list'], properties: { list } },
        { required: ['list'], properties: { list: { maxItems: 0 } } },
      ],
    };
    const operation = operationOf({ method: 'post', body: { content: { 'application/json': { schema } } } });
    const body: JsonObject = { list: [{ meow: 1 }, { meow: 1, bark: 1 }, 'x'] };
    const { notices, body: sent } = operation.buildRequest({ body });
    expect(notices).toEqual([
      {
        pointer: '/body/list/1',
        message: '`body.list[1]` fits several alternatives of the operation and is sent as it is',
      },
    ]);
    expect(JSON.parse(String(sent))).toEqual(body);
    expect(operation.buildRequest({ body: { list: [{ meow: 1 }] } }).notices).toBeUndefined();
  });

  it('are sent without a notice about an alternative that they do not match', () => {
    const overlapping = { oneOf: [{ type: 'number' }, { type: 'integer' }] };
    const first = { required: ['a', 'b'], properties: { a: overlapping, b: { type: 'string' } } };
    const second = { required: ['a', 'b'], properties: { b: { type: 'boolean' } } };
    const operation = operationOf({
      method: 'post',
      body: { content: { 'application/json': { schema: { anyOf: [first, second] } } } },
    });
    expect(operation.buildRequest({ body: { a: 1, b: true } }).notices).toBeUndefined();
    expect(operation.buildRequest({ body: { a: 1, b: 'x' } }).notices).toHaveLength(1);
  });

  it('report at most twenty findings', () => {
    const operation = operationOf({});
    expect(
      refusal(operation, Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, 1]))),
    ).toHaveLength(20);
  });

  it('are only read if they are own properties', () => {
    const parameters = ['constructor', 'toString'].map((name) => ({ name, in: 'query', schema: { type: 'string' } }));
    const operation = operationOf({ parameters });
    expect(operation.buildRequest({}).url).toBe('https://e.test/x');
    expect(operation.buildRequest({ constructor: 'a' } as unknown as JsonObject).url).toBe(
      'https://e.test/x?constructor=a',
    );
    expect(refusal(operation, JSON.parse('{"__proto__": {"x": 1}}') as JsonObject)[0]?.pointer).toBe('/__proto__');
  });

  it('are rejected if they are nested too deeply', () => {
    const operation = operationOf({ method: 'post', body: { content: { 'application/json': { schema: ANY } } } });
    let body: JsonValue = 1;
    for (let depth = 0; depth < 100_000; depth += 1) body = [body];
    expect(refusal(operation, { body })[0]?.message).toContain('too deeply');
  });
});

describe('requests with arbitrary arguments', () => {
  const parameters: JsonObject[] = [
    { name: 'a', in: 'path', required: true, schema: ANY },
    { name: 'b', in: 'path', required: true, schema: ANY },
    { name: 'q', in: 'query', schema: ANY },
    { name: 'o', in: 'query', style: 'deepObject', schema: ANY },
    { name: 'X-H', in: 'header', schema: ANY },
  ];
  const operation = operationOf({ path: '/s/{a}/t/{b}.json', parameters, server: 'https://h.test/base' });

  /** Builds the request, or returns `undefined` if the arguments are rejected. */
  function attempt(args: JsonObject) {
    try {
      return operation.buildRequest(args);
    } catch (error) {
      if (error instanceof InvalidArgumentsError) return undefined;
      throw error;
    }
  }

  const tricky = fc.constantFrom(
    '..',
    '.',
    '%2e',
    '%2F',
    '/',
    '\\',
    '?',
    '#',
    '@',
    ':',
    '&',
    '=',
    '+',
    ' ',
    '%',
    ';',
    '\r\n',
    '\t',
    'evil.test',
    '//',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(tricky, fc.string()), { maxLength: 5 }).map((pieces) => pieces.join('')),
  );

  it('keep origin and path, and parse back to the given values', () => {
    let built = 0;
    fc.assert(
      fc.property(text, text, text, (a, b, q) => {
        const request = attempt({ a, b, q, 'X-H': 'x' });
        if (request === undefined) return;
        built += 1;
        const url = new URL(request.url);
        expect(url.origin).toBe('https://h.test');
        expect(url.href).toBe(request.url);
        expect(url.hash).toBe('');
        const [, base, s, first = '', t, second = '', ...rest] = url.pathname.split('/');
        expect([base, s, t, rest]).toEqual(['base', 's', 't', []]);
        expect(decodeURIComponent(first)).toBe(a);
        expect(decodeURIComponent(second)).toBe(`${b}.json`);
        expect([...url.searchParams]).toEqual([['q', q]]);
      }),
      { numRuns: 3_000 },
    );
    expect(built).toBeGreaterThan(300);
  });

  it('never gain a segment, a parameter name or a header line from a value', () => {
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(value, value, value, (a, o, header) => {
        const request = attempt({ a, b: 'b', o, 'X-H': header });
        if (request === undefined) return;
        const url = new URL(request.url);
        expect(url.origin).toBe('https://h.test');
        expect(url.pathname.split('/')).toHaveLength(6);
        for (const name of url.searchParams.keys()) expect(name).toMatch(/^o(?:$|\[)/);
        expect(request.headers['x-h'] ?? '').toMatch(/^[\x20-\x7e\xa0-\xff]*$/);
        expect(Object.keys(request.headers).every((name) => ['accept', 'x-h'].includes(name))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('compileOperation compiles an operation once per document', () => {
    const document = readDocument({
      openapi: '3.1.0',
      info: { title: 't', version: '1' },
      servers: [{ url: 'https://e.test' }],
      paths: { '/a': { get: { operationId: 'op', ...OK } } },
    });
    expect(compileOperation(document, 'op')).toBe(compileOperation(document, 'op'));
    expect(compileOperation(document, 'none')).toBeUndefined();
    expect(compileOperation(document, 'toString')).toBeUndefined();
  });
});
