import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type CompiledOperation,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  readDocument,
} from '../index.js';

interface Shape {
  parameters?: JsonObject[];
  body?: JsonObject;
  path?: string;
}

function operationOf({ parameters = [], body, path = '/x' }: Shape): CompiledOperation {
  const requestBody = body && { content: { 'application/json': { schema: body } } };
  const post = { operationId: 'op', parameters, ...(requestBody && { requestBody }), responses: {} };
  const info = { title: 't', version: '1' };
  const servers = [{ url: 'https://e.test' }];
  const document = readDocument({ openapi: '3.1.1', info, servers, paths: { [path]: { post } } });
  const operation = compileOperation(document, 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

const query = (name: string, schema: JsonObject = {}): JsonObject => ({ name, in: 'query', schema });

function refusal(operation: CompiledOperation, args: JsonObject) {
  try {
    operation.buildRequest(args);
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings;
    throw error;
  }
  throw new Error('the arguments were not refused');
}

describe('an argument whose name models do not take', () => {
  const operation = operationOf({ parameters: [query('filter[created.gte]'), query('$top'), query('body')] });

  it('has one that they take, and goes out under its own', () => {
    expect(operation.parameters.map(({ argument }) => argument)).toEqual(['filter_created_gte', 'top', 'query_body']);
    expect(Object.keys(operation.argumentsSchema['properties'] as JsonObject)).toEqual([
      'filter_created_gte',
      'top',
      'query_body',
    ]);
    const { url } = operation.buildRequest({ filter_created_gte: 1, top: 2, query_body: 3 });
    expect(url).toBe('https://e.test/x?filter%5Bcreated.gte%5D=1&%24top=2&body=3');
  });

  it('may be given under its own name too', () => {
    const { url } = operation.buildRequest({ 'filter[created.gte]': 1, $top: 2 });
    expect(url).toBe('https://e.test/x?filter%5Bcreated.gte%5D=1&%24top=2');
  });

  it('may not be given twice', () => {
    expect(refusal(operation, { $top: 1, top: 2 })).toEqual([
      { pointer: '/$top', message: '`$top` is duplicated: `top` is the same argument' },
    ]);
  });

  it.each<[string, JsonObject[], string[]]>([
    ['another name that would be the same', [query('a.b'), query('a_b')], ['a_b']],
    ["the body's", [query('$body')], []],
  ])('is told from %s', (_, parameters, kept) => {
    const names = operationOf({ parameters, body: {} }).parameters.map(({ argument }) => argument);
    expect(new Set([...names, 'body']).size).toBe(parameters.length + 1);
    expect(names).toEqual(expect.arrayContaining(kept));
    expect(names.filter((name) => !/^[\w-]{1,64}$/.test(name))).toEqual([]);
  });

  it('is told from the same name in another location', () => {
    const places = { name: 'user.id', required: true, schema: {} };
    const both = operationOf({
      path: '/x/{user.id}',
      parameters: [
        { ...places, in: 'path' },
        { ...places, in: 'query' },
      ],
    });
    expect(both.parameters.map(({ argument }) => argument)).toEqual(['path_user_id', 'query_user_id']);
    expect(both.buildRequest({ 'path_user.id': 1, query_user_id: 2 }).url).toBe('https://e.test/x/1?user.id=2');
  });
});

describe('a value of the wrong one of two obvious types', () => {
  const read = (schema: JsonObject, value: JsonValue) => {
    const { body, notices } = operationOf({ body: { type: 'object', properties: { a: schema } } }).buildRequest({
      body: { a: value },
    });
    return { a: (JSON.parse(String(body)) as JsonObject)['a'], notices: notices ?? [] };
  };

  it.each<[JsonObject, JsonValue, JsonValue]>([
    [{ type: 'integer' }, '10', 10],
    [{ type: 'number' }, '-1.50', -1.5],
    [{ type: 'integer' }, '3.0', 3],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'string' }, 10, '10'],
    [{ type: 'string' }, false, 'false'],
    [{ type: 'string', enum: ['1', '2'] }, 1, '1'],
    [{ enum: [1, 2] }, '1', 1],
    [{ const: 1 }, '1', 1],
    [{ type: 'object' }, '{"b":1}', { b: 1 }],
    [{ type: 'array', items: { type: 'string' } }, '["b"]', ['b']],
    [{ type: 'array', items: { type: 'integer' } }, ['1', 2], [1, 2]],
    [{ type: ['integer', 'null'] }, '10', 10],
    [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, '10', 10],
    [{ oneOf: [{ type: 'integer' }, { type: 'array' }] }, '10', 10],
  ])('of %j, %j, is read as %j, and the answer says so', (schema, value, expected) => {
    const { a, notices } = read(schema, value);
    expect(a).toEqual(expected);
    expect(notices.length).toBeGreaterThan(0);
    expect(notices[0]?.message).toMatch(/^`body\.a(\[0\])?` was converted from .+ to .+$/);
  });

  it('says what was read how', () => {
    expect(read({ type: 'integer' }, '10').notices).toEqual([
      { pointer: '/body/a', message: '`body.a` was converted from "10" to 10' },
    ]);
  });

  it.each<[JsonObject, JsonValue]>([
    [{ type: 'string' }, '10'],
    [{ type: ['string', 'integer'] }, '10'],
    [{}, '10'],
    [{ type: ['integer', 'null'] }, null],
  ])('is left alone where it is right: %j, %j', (schema, value) => {
    expect(read(schema, value)).toEqual({ a: value, notices: [] });
  });

  it.each<[JsonObject, JsonValue]>([
    [{ type: 'integer' }, 'ten'],
    [{ type: 'integer' }, '1.5'],
    [{ type: 'integer' }, ' 1'],
    [{ type: 'integer' }, '007'],
    [{ type: 'integer' }, ''],
    [{ type: 'integer' }, '12345678901234567890'],
    [{ type: 'integer', maximum: 5 }, '10'],
    [{ type: 'integer' }, true],
    [{ type: 'boolean' }, 1],
    [{ type: 'boolean' }, 'yes'],
    [{ type: 'string' }, 1e21],
    [{ type: 'string', minLength: 3 }, 10],
    [{ type: 'string' }, ['x']],
    [{ type: 'object' }, '{"b":'],
    [{ type: 'object' }, '[1]'],
    [{ type: 'array' }, 'x'],
    [{ anyOf: [{ type: 'object' }, { type: 'string', maxLength: 1 }] }, 123],
  ])('is refused where no reading is sure and valid: %j, %j', (schema, value) => {
    const operation = operationOf({ body: { type: 'object', properties: { a: schema } } });
    expect(refusal(operation, { body: { a: value } })[0]).toMatchObject({
      pointer: '/body/a',
      message: expect.stringContaining(typeof value === 'string' ? JSON.stringify(value) : ''),
    });
  });

  it('says what it must be where it cannot be read', () => {
    expect(refusal(operationOf({ parameters: [query('limit', { type: 'integer' })] }), { limit: 'ten' })).toEqual([
      { pointer: '/limit', message: '`limit` must be an integer, got "ten"' },
    ]);
  });

  it('is not read where something else is wrong too, so that the message is about what was given', () => {
    const operation = operationOf({ parameters: [query('a', { type: 'integer' }), query('b', { type: 'integer' })] });
    expect(refusal(operation, { a: '1', b: 'x' }).map(({ pointer }) => pointer)).toEqual(['/a', '/b']);
  });

  it('does not change what the caller holds', () => {
    const operation = operationOf({ body: { type: 'object', properties: { a: { type: 'integer' } } } });
    const args = { body: { a: '1' } };
    operation.buildRequest(args);
    expect(args).toEqual({ body: { a: '1' } });
  });

  it('is read in a member of any name', () => {
    const schema = { type: 'object', additionalProperties: { type: 'integer' } };
    const body = JSON.parse('{"__proto__": "1", "constructor": "2"}') as JsonObject;
    const { body: sent } = operationOf({ body: schema }).buildRequest({ body });
    expect(sent).toBe('{"__proto__":1,"constructor":2}');
  });
});

describe('null for what may be left out and is never null', () => {
  const INTEGER = { type: 'integer' };

  it('leaves it out, without a word', () => {
    const body = { type: 'object', properties: { b: INTEGER, c: { type: 'object', properties: { d: INTEGER } } } };
    const request = operationOf({ parameters: [query('a', INTEGER)], body }).buildRequest({
      a: null,
      body: { b: null, c: { d: null } },
    });
    expect(request).toMatchObject({ url: 'https://e.test/x', body: '{"c":{}}' });
    expect(request.notices).toBeUndefined();
  });

  it('is refused where it is required', () => {
    const operation = operationOf({ parameters: [{ ...query('a', INTEGER), required: true }] });
    expect(refusal(operation, { a: null })).toEqual([{ pointer: '/a', message: '`a` must be an integer, got null' }]);
  });

  it('is sent where it may be null', () => {
    const body = { type: 'object', properties: { b: { type: ['integer', 'null'] } } };
    expect(operationOf({ body }).buildRequest({ body: { b: null } }).body).toBe('{"b":null}');
  });
});

it('what fits as it is, is never read otherwise', () => {
  const operation = operationOf({ body: {} });
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      const request = operation.buildRequest({ body: body as JsonValue });
      expect(request.body).toBe(JSON.stringify(body));
      expect(request.notices).toBeUndefined();
    }),
  );
});
