import { describe, expect, it } from '@jest/globals';
import { checkFixedArguments, hideArguments, type JsonObject } from '../index.js';

const closed = { additionalProperties: false };
const text = { type: 'string' };

/** The schema of the arguments `limit` and `body`. */
function schemaWith(body: JsonObject, $defs: JsonObject = {}): JsonObject {
  return {
    type: 'object',
    properties: { limit: { type: 'integer' }, body },
    required: ['limit', 'body'],
    ...closed,
    ...(Object.keys($defs).length > 0 && { $defs }),
  };
}

const NOTE = { type: 'object', properties: { title: text, account: text }, required: ['title', 'account'], ...closed };

describe('hidden arguments', () => {
  it('leave neither a property nor a requirement, and the original is unchanged', () => {
    const schema = schemaWith(NOTE);
    const before = structuredClone(schema);
    expect(hideArguments(schema, ['/limit', '/body/account'])).toEqual({
      type: 'object',
      properties: { body: { type: 'object', properties: { title: text }, required: ['title'], ...closed } },
      required: ['body'],
      ...closed,
    });
    expect(schema).toEqual(before);
    expect(hideArguments(schema, [])).toBe(schema);
  });

  it('take an object with them that has no other property', () => {
    expect(hideArguments(schemaWith(NOTE), ['/body/title', '/body/account'])).toMatchObject({
      properties: { limit: { type: 'integer' } },
      required: ['limit'],
    });
    const open = { ...NOTE, additionalProperties: true };
    const shown = hideArguments(schemaWith(open), ['/body/title', '/body/account']);
    expect(shown).toMatchObject({ required: ['limit', 'body'], properties: { body: { properties: {} } } });
  });

  it('make an optional object required if it is sent anyway and requires another member', () => {
    const filter = { type: 'object', properties: { filter: NOTE } };
    const { properties } = hideArguments(schemaWith(filter), ['/body/filter/account']);
    expect(properties).toMatchObject({ body: { required: ['filter'] } });
    const optional = { type: 'object', properties: { filter: { ...NOTE, required: ['account'] } } };
    const { properties: others } = hideArguments(schemaWith(optional), ['/body/filter/account']);
    expect(others).not.toHaveProperty('body.required');
  });

  it('are hidden in a copy of a definition; others still refer to the original', () => {
    const list = { type: 'object', properties: { first: { $ref: '#/$defs/Note' }, second: { $ref: '#/$defs/Note' } } };
    expect(hideArguments(schemaWith(list, { Note: NOTE }), ['/body/first/account'])).toMatchObject({
      properties: { body: { properties: { first: { $ref: '#/$defs/Note_2' }, second: { $ref: '#/$defs/Note' } } } },
      $defs: { Note: NOTE, Note_2: { properties: { title: text }, required: ['title'] } },
    });
    const both = hideArguments(schemaWith(list, { Note: NOTE }), ['/body/first/account', '/body/second/account']);
    expect(Object.keys(both['$defs'] as object)).not.toContain('Note');
  });

  it('are hidden in every part of a composed schema, and in definitions that refer to themselves', () => {
    const part = {
      type: 'object',
      properties: { account: text, next: { $ref: '#/$defs/Node' } },
      required: ['account'],
    };
    const Node = { allOf: [part, { anyOf: [NOTE, { $ref: '#/$defs/Node' }] }] };
    const { $defs } = hideArguments(schemaWith({ $ref: '#/$defs/Node' }, { Node }), ['/body/account']);
    expect($defs).toEqual({
      Node,
      Node_2: {
        allOf: [
          { type: 'object', properties: { next: { $ref: '#/$defs/Node' } }, required: [] },
          { anyOf: [{ ...NOTE, properties: { title: text }, required: ['title'] }, { $ref: '#/$defs/Node_2' }] },
        ],
      },
    });
  });

  it('are hidden in a chain of definitions without a copy for each way through it', () => {
    const names = Array.from({ length: 40 }, (_, index) => `D${index}`);
    const $defs = Object.fromEntries(
      names.map((name, index) => {
        const next = { $ref: `#/$defs/${names[index + 1]}` };
        return [name, index < names.length - 1 ? { allOf: [next, next] } : NOTE];
      }),
    );
    const shown = hideArguments(schemaWith({ $ref: '#/$defs/D0' }, $defs), ['/body/account']);
    expect(Object.keys(shown['$defs'] as object)).toHaveLength(40);
    expect(JSON.stringify(shown)).not.toContain('account');
  });

  it('named like members of Object.prototype are hidden', () => {
    const body = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{}}}');
    const shown = hideArguments(schemaWith(body), ['/body/__proto__']);
    expect(JSON.stringify(shown)).toContain('"properties":{"constructor":{}}');
    expect(hideArguments(schemaWith(NOTE), ['/body/constructor'])).toEqual(schemaWith(NOTE));
  });
});

describe('the check of fixed arguments', () => {
  const check = (schema: JsonObject, args: JsonObject, pointers: string[]) =>
    checkFixedArguments({ argumentsSchema: schema, operationId: 'op' }, args, pointers, 1000);

  it('accepts valid values although other arguments are missing', () => {
    expect(check(schemaWith(NOTE), { body: { account: 'a' } }, ['/body/account'])).toEqual([]);
  });

  it('finds values of a wrong type and unknown members, but nothing about other arguments', () => {
    const args = { limit: '10', more: 1, body: { account: 7 } };
    const found = check(schemaWith(NOTE), args, ['/limit', '/more', '/body/account']);
    expect(found.map(({ pointer, message }) => `${pointer}: ${message}`)).toEqual([
      expect.stringMatching(/^\/more: `more` is unknown/),
      '/limit: `limit` must be an integer, got "10"',
      '/body/account: `body.account` must be a string, got 7',
    ]);
  });

  it('finds them however many other arguments are missing', () => {
    const names = Array.from({ length: 100 }, (_, index) => `required${index}`);
    const body = { type: 'object', properties: { account: text }, required: names };
    const found = check(schemaWith(body), { body: { account: 7 } }, ['/body/account']);
    expect(found).toHaveLength(1);
  });

  it('leaves a value to the check of the call that one alternative accepts', () => {
    const number = { ...NOTE, properties: { ...NOTE.properties, account: { type: 'integer' } } };
    expect(check(schemaWith({ oneOf: [number, NOTE] }), { body: { account: 'a' } }, ['/body/account'])).toEqual([]);
  });
});
