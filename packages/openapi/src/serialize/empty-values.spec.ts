import { describe, expect, it } from '@jest/globals';
import {
  type BuiltRequest,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  readDocument,
} from '../index.js';

function build(method: string, operation: JsonObject, args: JsonObject): BuiltRequest {
  const document = readDocument({
    openapi: '3.1.1',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/m': { [method]: { operationId: 'op', responses: { 200: { description: 'ok' } }, ...operation } } },
  });
  const compiled = compileOperation(document, 'op');
  if (compiled === undefined) throw new Error('the operation cannot be called');
  return compiled.buildRequest(args);
}

function send(method: string, parameter: JsonObject, value: JsonValue): BuiltRequest {
  const schema: JsonObject = 'content' in parameter ? {} : { schema: {} };
  const parameters = [{ name: 'ids', in: 'query', ...schema, ...parameter }];
  return build(method, { parameters }, { ids: value });
}

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings[0];
    throw error;
  }
  throw new Error('the arguments were not rejected');
}

const DEEP = { style: 'deepObject' };
const EMPTY: [string, JsonObject, JsonValue][] = [
  ['an empty list', {}, []],
  ['an empty object', {}, {}],
  ['a list of nulls', {}, [null, null]],
  ['an object of nulls', {}, { a: null }],
  ['an empty list that is not exploded', { explode: false }, []],
  ['a list of nulls with pipes', { style: 'pipeDelimited' }, [null]],
  ['an empty deep object', DEEP, {}],
  ['a deep object of empty lists', DEEP, { a: [], b: { c: [null] } }],
  ['an empty list in a header', { in: 'header' }, []],
  ['an object of nulls in a header', { in: 'header', explode: true }, { a: null }],
  ['an empty list in a cookie', { in: 'cookie' }, []],
  ['an empty object in a cookie', { in: 'cookie', style: 'cookie' }, {}],
];

describe.each(EMPTY)('%s', (_, parameter, value) => {
  it.each(['put', 'post', 'delete', 'patch'])('is rejected by %s, which would apply to more without it', (method) => {
    expect(refusal(() => send(method, parameter, value))).toEqual({
      pointer: '/ids',
      message:
        '`ids` must not be empty, because the request would be sent without it; leave it out if that is intended',
    });
  });

  it.each(['get', 'delete'])('is rejected by %s if the parameter is required', (method) => {
    expect(refusal(() => send(method, { ...parameter, required: true }, value))).toEqual({
      pointer: '/ids',
      message: '`ids` must not be empty, because it is required and an empty list or object cannot be sent',
    });
  });

  it.each(['get', 'head', 'options'])('is left out of %s with a notice', (method) => {
    const request = send(method, parameter, value);
    expect(request).toMatchObject({ url: 'https://e.test/m', headers: { accept: expect.any(String) } });
    expect(Object.keys(request.headers)).toEqual(['accept']);
    expect(request.notices).toEqual([{ pointer: '/ids', message: '`ids` was left out, because it is empty' }]);
  });
});

describe('an empty part of a deep object', () => {
  const value = { owner: 'x', status: [], size: { min: null } };

  it('is rejected where the whole would be', () => {
    expect(refusal(() => send('delete', DEEP, value)).pointer).toBe('/ids/status');
  });

  it('is left out with a notice elsewhere', () => {
    const { url, notices } = send('get', DEEP, value);
    expect(url).toBe('https://e.test/m?ids%5Bowner%5D=x');
    expect(notices?.map(({ pointer }) => pointer)).toEqual(['/ids/status', '/ids/size']);
  });
});

describe('with allowEmptyValue', () => {
  const allowed = { allowEmptyValue: true, required: true };

  it.each<[JsonObject, JsonValue, string]>([
    [{}, [], 'ids='],
    [{}, {}, 'ids='],
    [{ explode: false }, [null], 'ids='],
    [DEEP, {}, 'ids='],
    [DEEP, { a: [], b: 1 }, 'ids%5Ba%5D=&ids%5Bb%5D=1'],
  ])('a parameter with %j sends %j as an empty text', (parameter, value, query) => {
    const { url, notices } = send('delete', { ...allowed, ...parameter }, value);
    expect(url).toBe(`https://e.test/m?${query}`);
    expect(notices).toBeUndefined();
  });

  it('a header is as without it', () => {
    expect(refusal(() => send('delete', { ...allowed, in: 'header' }, [])).pointer).toBe('/ids');
  });
});

describe('what is not empty', () => {
  it.each<[JsonObject, JsonValue, string]>([
    [{}, '', 'ids='],
    [{}, [''], 'ids='],
    [{}, [null, 1], 'ids=1'],
    [{ content: { 'application/json': {} } }, [], 'ids=%5B%5D'],
    [{ content: { 'application/json': {} }, required: true }, null, 'ids=null'],
  ])('is sent with %j: %j', (parameter, value, query) => {
    const { url, notices } = send('delete', parameter, value);
    expect(url).toBe(`https://e.test/m?${query}`);
    expect(notices).toBeUndefined();
  });
});

it.each(['query', 'header', 'cookie'])('rejects null for a required parameter in a %s', (location) => {
  expect(refusal(() => send('get', { in: location, required: true }, null)).message).toContain('must not be null');
  const { url, headers, notices } = send('delete', { in: location }, null);
  expect([url, Object.keys(headers), notices]).toEqual(['https://e.test/m', ['accept'], undefined]);
});

describe('an empty list in a form', () => {
  const form = (mediaType: string, encoding: JsonObject, body: JsonObject) => {
    const requestBody = { content: { [mediaType]: { schema: { type: 'object' }, encoding } } };
    return build('patch', { requestBody }, { body });
  };
  const notice = (name: string) => {
    return { pointer: `/body/${name}`, message: `\`body.${name}\` was left out, because it is empty` };
  };

  it.each<JsonObject>([{}, { tags: { style: 'form' } }, { tags: { explode: false } }, { tags: DEEP }])(
    'is left out with a notice, encoded by %j',
    async (encoding) => {
      const body = { title: 'x', tags: [], none: null };
      const urlencoded = form('application/x-www-form-urlencoded', encoding, body);
      expect(urlencoded.body).toBe('title=x');
      expect(urlencoded.notices).toEqual([notice('tags')]);
      const multipart = form('multipart/form-data', encoding, body);
      const { headers } = multipart;
      const fields = await new Response(multipart.body as Uint8Array<ArrayBuffer>, { headers }).formData();
      expect([...fields]).toEqual([['title', 'x']]);
      expect(multipart.notices).toEqual([notice('tags')]);
    },
  );

  it('inside a deep object is left out with a notice', () => {
    const body = { filter: { a: [], b: 1 } };
    const { notices } = form('multipart/form-data', { filter: DEEP }, body);
    expect(notices).toEqual([notice('filter.a')].map(({ message }) => ({ pointer: '/body/filter/a', message })));
    expect(form('application/x-www-form-urlencoded', { filter: DEEP }, body)).toMatchObject({
      body: 'filter%5Bb%5D=1',
      notices,
    });
  });
});

it('keeps the notices of converted arguments', () => {
  const parameters = [
    { name: 'limit', in: 'query', schema: { type: 'integer' } },
    { name: 'ids', in: 'query', schema: { type: 'array' } },
  ];
  const { url, notices } = build('get', { parameters }, { limit: '10', ids: [] });
  expect(url).toBe('https://e.test/m?limit=10');
  expect(notices?.map(({ pointer }) => pointer)).toEqual(['/limit', '/ids']);
});
