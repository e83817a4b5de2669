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

describe('an argument whose name models do not accept', () => {
  const operation = operationOf({ parameters: [query('filter[created.gte]'), query('$top'), query('body')] });

  it('has a portable name and is sent under its original name', () => {
    expect(operation.parameters.map(({ argument }) => argument)).toEqual(['filter_created_gte', 'top', 'query_body']);
    expect(Object.keys(operation.argumentsSchema['properties'] as JsonObject)).toEqual([
      'filter_created_gte',
      'top',
      'query_body',
    ]);
    const { url } = operation.buildRequest({ filter_created_gte: 1, top: 2, query_body: 3 });
    expect(url).toBe('https://e.test/x?filter%5Bcreated.gte%5D=1&%24top=2&body=3');
  });

  it('is also accepted under its original name', () => {
    const { url } = operation.buildRequest({ 'filter[created.gte]': 1, $top: 2 });
    expect(url).toBe('https://e.test/x?filter%5Bcreated.gte%5D=1&%24top=2');
  });

  it('is rejected under both names', () => {
    expect(refusal(operation, { $top: 1, top: 2 })).toEqual([
      { pointer: '/$top', message: '`$top` is duplicated: `top` is the same argument' },
    ]);
  });

  it.each<[string, JsonObject[], string[]]>([
    ['another name that would be the same', [query('a.b'), query('a_b')], ['a_b']],
    ["the body's", [query('$body')], []],
  ])('differs from %s', (_, parameters, kept) => {
    const names = operationOf({ parameters, body: {} }).parameters.map(({ argument }) => argument);
    expect(new Set([...names, 'body']).size).toBe(parameters.length + 1);
    expect(names).toEqual(expect.arrayContaining(kept));
    expect(names.filter((name) => !/^[\w-]{1,64}$/.test(name))).toEqual([]);
  });

  it('differs from the same name in another location', () => {
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

describe('a value of an obviously wrong type', () => {
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
  ])('for %j, %j, is converted to %j with a notice', (schema, value, expected) => {
    const { a, notices } = read(schema, value);
    expect(a).toEqual(expected);
    expect(notices.length).toBeGreaterThan(0);
    expect(notices[0]?.message).toMatch(/^`body\.a(\[0\])?` was converted from .+ to .+$/);
  });

  it('is reported with its original and converted values', () => {
    expect(read({ type: 'integer' }, '10').notices).toEqual([
      { pointer: '/body/a', message: '`body.a` was converted from "10" to 10' },
    ]);
  });

  it.each<[JsonObject, JsonValue]>([
    [{ type: 'string' }, '10'],
    [{ type: ['string', 'integer'] }, '10'],
    [{}, '10'],
    [{ type: ['integer', 'null'] }, null],
  ])('is not converted if it is valid: %j, %j', (schema, value) => {
    expect(read(schema, value)).toEqual({ a: value, notices: [] });
  });

  it.each<[JsonObject, JsonValue]>([
    [{ type: 'integer' }, 'ten'],
    [{ type: 'integer' }, '1.5'],
    [{ type: 'integer' }, ' 1'],
    [{ type: 'integer' }, '007'],
    [{ type: 'integer' }, ''],
    [{ type: 'integer' }, '12345678901234567890.5'],
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
  ])('is rejected if no conversion is unambiguous and valid: %j, %j', (schema, value) => {
    const operation = operationOf({ body: { type: 'object', properties: { a: schema } } });
    expect(refusal(operation, { body: { a: value } })[0]).toMatchObject({
      pointer: '/body/a',
      message: expect.stringContaining(typeof value === 'string' ? JSON.stringify(value) : ''),
    });
  });

  it('is rejected with the expected type if it cannot be converted', () => {
    expect(refusal(operationOf({ parameters: [query('limit', { type: 'integer' })] }), { limit: 'ten' })).toEqual([
      { pointer: '/limit', message: '`limit` must be an integer, got "ten"' },
    ]);
  });

  it('is not converted if another argument is invalid, so that messages show the original values', () => {
    const operation = operationOf({ parameters: [query('a', { type: 'integer' }), query('b', { type: 'integer' })] });
    expect(refusal(operation, { a: '1', b: 'x' }).map(({ pointer }) => pointer)).toEqual(['/a', '/b']);
  });

  it('is converted without mutating the given arguments', () => {
    const operation = operationOf({ body: { type: 'object', properties: { a: { type: 'integer' } } } });
    const args = { body: { a: '1' } };
    operation.buildRequest(args);
    expect(args).toEqual({ body: { a: '1' } });
  });

  it('is converted in a property of any name', () => {
    const schema = { type: 'object', additionalProperties: { type: 'integer' } };
    const body = JSON.parse('{"__proto__": "1", "constructor": "2"}') as JsonObject;
    const { body: sent } = operationOf({ body: schema }).buildRequest({ body });
    expect(sent).toBe('{"__proto__":1,"constructor":2}');
  });
});

describe('null for an optional property that is not nullable', () => {
  const INTEGER = { type: 'integer' };

  it('omits the property without a notice', () => {
    const body = { type: 'object', properties: { b: INTEGER, c: { type: 'object', properties: { d: INTEGER } } } };
    const request = operationOf({ parameters: [query('a', INTEGER)], body }).buildRequest({
      a: null,
      body: { b: null, c: { d: null } },
    });
    expect(request).toMatchObject({ url: 'https://e.test/x', body: '{"c":{}}' });
    expect(request.notices).toBeUndefined();
  });

  it('is rejected for a required property', () => {
    const operation = operationOf({ parameters: [{ ...query('a', INTEGER), required: true }] });
    expect(refusal(operation, { a: null })).toEqual([{ pointer: '/a', message: '`a` must be an integer, got null' }]);
  });

  it('is sent for a nullable property', () => {
    const body = { type: 'object', properties: { b: { type: ['integer', 'null'] } } };
    expect(operationOf({ body }).buildRequest({ body: { b: null } }).body).toBe('{"b":null}');
  });
});

describe('a date-time', () => {
  const DATE_TIME = { type: 'string', format: 'date-time' };

  it.each([
    ['2026-01-02T03:04:05', 'no offset'],
    ['2026-01-02 03:04:05Z', 'a space instead of "T"'],
    ['2026-01-02 03:04:05', 'a space instead of "T" and no offset'],
  ])('is sent as given with a notice if it is %s', (start, deviation) => {
    const operation = operationOf({ body: { type: 'object', properties: { start: DATE_TIME } } });
    const { body, notices } = operation.buildRequest({ body: { start } });
    expect(body).toBe(JSON.stringify({ start }));
    const message = `\`body.start\` is not a date-time of RFC 3339, because it has ${deviation}; it was sent as given`;
    expect(notices).toEqual([{ pointer: '/body/start', message }]);
  });

  it('has a notice beside that of a converted value', () => {
    const body = { type: 'object', properties: { times: { type: 'array', items: DATE_TIME } } };
    const { notices } = operationOf({ body }).buildRequest({ body: { times: '["2026-01-02T03:04:05"]' } });
    expect(notices?.map(({ pointer }) => pointer)).toEqual(['/body/times', '/body/times/0']);
  });

  it('is rejected if something else is wrong too, and in the next call as well', () => {
    const operation = operationOf({ parameters: [query('start', DATE_TIME), query('limit', { type: 'integer' })] });
    const args = { start: '2026-01-02T03:04:05', limit: 'x' };
    for (const _ of [1, 2])
      expect(refusal(operation, args).map(({ pointer }) => pointer)).toEqual(['/start', '/limit']);
    expect(operation.buildRequest({ start: '2026-01-02T03:04:05Z' }).notices).toBeUndefined();
  });

  it('is rejected if it resembles a local one only', () => {
    const operation = operationOf({ parameters: [query('start', DATE_TIME)] });
    expect(refusal(operation, { start: '2026-02-30T03:04:05' })).toEqual([
      { pointer: '/start', message: '`start` must match format "date-time", got "2026-02-30T03:04:05"' },
    ]);
  });
});

it('never converts valid arguments', () => {
  const operation = operationOf({ body: {} });
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      const request = operation.buildRequest({ body: body as JsonValue });
      expect(request.body).toBe(JSON.stringify(body));
      expect(request.notices).toBeUndefined();
    }),
  );
});
