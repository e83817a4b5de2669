import { describe, expect, it } from '@jest/globals';
import { exampleArguments } from './example-arguments.js';

describe('exampleArguments', () => {
  it('contains the required arguments and no optional ones', () => {
    const body = {
      type: 'object',
      required: ['title', 'tags', 'done', 'size'],
      properties: {
        title: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' } },
        done: { type: 'boolean' },
        size: { type: 'integer', minimum: 1 },
        note: { type: 'string' },
      },
    };
    const parameters = { type: 'object', required: ['body'], properties: { body, limit: { type: 'integer' } } };
    expect(exampleArguments(parameters)).toEqual({ body: { title: '', tags: [], done: false, size: 1 } });
  });

  it('sets nullable arguments of a strict definition to null', () => {
    const properties = {
      limit: { type: ['integer', 'null'] },
      sort: { type: ['string', 'null'], enum: ['asc', 'desc', null] },
      from: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    };
    expect(exampleArguments({ type: 'object', required: ['limit', 'sort', 'from'], properties })).toEqual({
      limit: null,
      sort: null,
      from: null,
    });
  });

  it('prefers examples, defaults and constants of the document', () => {
    const properties = {
      a: { type: 'string', example: 'Milk' },
      b: { type: 'string', examples: ['Eggs', 'Tea'] },
      c: { type: 'integer', default: 10 },
      d: { type: 'string', enum: ['open', 'done'] },
      e: { const: 'note' },
      f: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
    };
    const example = exampleArguments({ type: 'object', required: Object.keys(properties), properties });
    expect(example).toEqual({ a: 'Milk', b: 'Eggs', c: 10, d: 'open', e: 'note', f: 0 });
  });

  it('ends at a schema that contains itself', () => {
    const node = { type: 'object', required: ['child'], properties: { child: { $ref: '#/$defs/node' } } };
    const parameters = { type: 'object', required: ['body'], properties: { body: { $ref: '#/$defs/node' } } };
    expect(JSON.stringify(exampleArguments({ ...parameters, $defs: { node } })).length).toBeLessThan(200);
    expect(exampleArguments({ ...parameters, $defs: { node: { $ref: '#/$defs/node' } } })).toHaveProperty('body');
  });

  it.each([[undefined], [null], [[]], ['x'], [{ type: 'object' }]])('is empty for the schema %j', (parameters) => {
    expect(exampleArguments(parameters)).toEqual({});
  });
});
