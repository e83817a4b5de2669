import { describe, expect, it } from '@jest/globals';
import { checkWithin, compileOperation, type JsonObject, type JsonValue, readDocument } from '../index.js';

/** Compiles an operation whose body has this schema. */
function operationOf(schema: JsonObject, schemas: JsonObject = {}) {
  const requestBody = { content: { 'application/json': { schema } } };
  const post = { operationId: 'op', requestBody, responses: {} };
  const head = { openapi: '3.1.1', info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
  const document = readDocument({ ...head, paths: { '/x': { post } }, components: { schemas } });
  const operation = compileOperation(document, 'op');
  if (!operation) throw new Error('the operation cannot be called');
  return { sends: (body: JsonValue) => operation.buildRequest({ body }).body, operation };
}

/** Schemas that each reference the next one twice: quick to parse, but exponential to validate. */
function doubling(join: (next: JsonObject) => JsonObject, last: JsonObject, levels = 60) {
  const schemas: JsonObject = { [`A${levels}`]: last };
  for (let level = 0; level < levels; level++) {
    schemas[`A${level}`] = join({ $ref: `#/components/schemas/A${level + 1}` });
  }
  return operationOf({ $ref: '#/components/schemas/A0' }, schemas);
}

const TOO_LONG = 'validation of the arguments against the schema timed out';
const letters = (length: number) => `${'a'.repeat(length)}!`;

describe('the check of arguments with an exponential schema or pattern', () => {
  it.each([[String.raw`^(a+)+\1$`], ['^(?:(?=a+)a|a)*$'], [String.raw`^(\p{L}+)+$`]])(
    'times out with the pattern %s, which RE2 does not support',
    (pattern) => {
      const { sends } = operationOf({ type: 'string', pattern });
      expect(() => sends(letters(2000))).toThrow(TOO_LONG);
    },
  );

  it.each([
    ['^(a+)+$'],
    ['(a|a)*$'],
    ['^(?:a|aa)+$'],
    [`^${'(a|a)'.repeat(40)}$`],
    ['^a*a*a*a*a*a*a*a*a*a*b$'],
    ['^(.*a){30}$'],
    [String.raw`^(\w+\s?)*$`],
  ])('ends in time with the pattern %s, which V8 would take years for', (pattern) => {
    const { sends } = operationOf({ type: 'string', pattern: `(?:${pattern})c` });
    expect(() => sends(letters(2000))).toThrow('must match pattern');
  });

  it('times out with a pattern for property names', () => {
    const { sends } = operationOf({
      type: 'object',
      patternProperties: { [String.raw`^(a+)+\1$`]: { type: 'string' } },
    });
    expect(() => sends({ [letters(2000)]: 'x' })).toThrow(TOO_LONG);
  });

  it.each([
    ['anyOf', (next: JsonObject) => ({ anyOf: [next, { ...next, title: 'again' }] })],
    ['oneOf', (next: JsonObject) => ({ oneOf: [next, { ...next, title: 'again' }] })],
    ['allOf', (next: JsonObject) => ({ allOf: [next, { ...next, title: 'again' }] })],
    ['not', (next: JsonObject) => ({ anyOf: [{ not: next }, { not: { ...next, title: 'again' } }] })],
  ])('times out with %s within %s', (_, join) => {
    const { sends } = doubling(join, { type: 'object', required: ['z'], properties: { z: { type: 'string' } } });
    expect(() => sends({})).toThrow(TOO_LONG);
  });

  it('times out if alternatives double with the depth of the arguments', () => {
    const object = (next: JsonObject): JsonObject => ({ type: 'object', properties: { a: next } });
    const { sends } = doubling((next) => ({ anyOf: [object(next), object({ ...next, title: 'again' })] }), {
      type: 'integer',
    });
    let body: JsonValue = 'no integer';
    for (let level = 0; level < 60; level++) body = { a: body };
    expect(() => sends(body)).toThrow(TOO_LONG);
  });

  it('does not affect later checks of the operation', () => {
    const { sends } = operationOf({ type: 'string', pattern: String.raw`^(?:(a+)+\1)?$` });
    expect(() => sends(letters(2000))).toThrow(TOO_LONG);
    expect(sends('aa')).toBe('"aa"');
    expect(() => sends('b')).toThrow('must match pattern');
  });
});

describe('checkWithin', () => {
  it('gives up after the given time, again and again', () => {
    const { operation } = operationOf({ type: 'string', pattern: String.raw`^(a+)+\1$` });
    for (let count = 0; count < 3; count += 1) {
      const start = performance.now();
      expect(() => checkWithin(operation, { body: letters(2000) }, 40)).toThrow(TOO_LONG);
      const time = performance.now() - start;
      expect([time >= 38, time < 240]).toEqual([true, true]);
    }
  });

  it('returns what check returns, and throws what it throws', () => {
    const { operation } = operationOf({ type: 'integer' });
    expect(checkWithin(operation, { body: '7' }, 1000)).toEqual({
      args: { body: 7 },
      notices: [{ pointer: '/body', message: '`body` was converted from "7" to 7' }],
    });
    expect(() => checkWithin(operation, { body: 'x' }, 1000)).toThrow('`body` must be an integer');
  });
});

describe('the check of arguments in linear time', () => {
  it.each([
    [String.raw`^\d{4}-\d{2}-\d{2}$`, '2026-01-31', '2026-1-31'],
    ['^(?:asc|desc)$', 'asc', 'up'],
    ['^[a-z0-9-]+$', 'a-1', 'A'],
    [String.raw`^\p{L}+$`, 'Grüße', '1'],
    [String.raw`^([a-z]+)-\1$`, 'ab-ab', 'ab-ba'],
    [String.raw`^(?=.*\d)(?=.*[a-z]).{4,}$`, 'abc1', 'abcd'],
    [String.raw`^([a-z]+ ?)*$`, 'a bc', 'a  b'],
  ])('accepts and rejects values with the pattern %s', (pattern, good, bad) => {
    const { sends } = operationOf({ type: 'string', pattern });
    expect(sends(good)).toBe(JSON.stringify(good));
    expect(() => sends(bad)).toThrow('must match pattern');
  });

  it('supports recursive schemas and chains of them', () => {
    const tree = operationOf(
      { $ref: '#/components/schemas/Tree' },
      {
        Tree: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            below: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
          },
        },
      },
    );
    expect(tree.sends({ name: 'a', below: [{ name: 'b' }] })).toBe('{"name":"a","below":[{"name":"b"}]}');
    expect(() => tree.sends({ below: [{ name: 1.5, below: 2 }] })).toThrow('must be');
    const chain = doubling((next) => ({ type: 'object', properties: { a: next } }), { type: 'integer' }, 200);
    expect(chain.sends({ a: { a: {} } })).toBe('{"a":{"a":{}}}');
  });
});
