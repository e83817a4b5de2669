import { describe, expect, it } from '@jest/globals';
import { skeletonOf } from './skeleton.js';

describe('the arguments to begin with', () => {
  it('have what a call needs, and nothing that may be left out', () => {
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
    expect(skeletonOf(parameters)).toEqual({ body: { title: '', tags: [], done: false, size: 1 } });
  });

  it('are null where a strict definition lets them be nothing', () => {
    const properties = {
      limit: { type: ['integer', 'null'] },
      sort: { type: ['string', 'null'], enum: ['asc', 'desc', null] },
      from: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    };
    expect(skeletonOf({ type: 'object', required: ['limit', 'sort', 'from'], properties })).toEqual({
      limit: null,
      sort: null,
      from: null,
    });
  });

  it('are what the document gives for an example, a default or the only choice', () => {
    const properties = {
      a: { type: 'string', example: 'Milk' },
      b: { type: 'string', examples: ['Eggs', 'Tea'] },
      c: { type: 'integer', default: 10 },
      d: { type: 'string', enum: ['open', 'done'] },
      e: { const: 'note' },
      f: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
    };
    const skeleton = skeletonOf({ type: 'object', required: Object.keys(properties), properties });
    expect(skeleton).toEqual({ a: 'Milk', b: 'Eggs', c: 10, d: 'open', e: 'note', f: 0 });
  });

  it('end where a schema contains itself', () => {
    const node = { type: 'object', required: ['child'], properties: { child: { $ref: '#/$defs/node' } } };
    const parameters = { type: 'object', required: ['body'], properties: { body: { $ref: '#/$defs/node' } } };
    expect(JSON.stringify(skeletonOf({ ...parameters, $defs: { node } })).length).toBeLessThan(200);
    expect(skeletonOf({ ...parameters, $defs: { node: { $ref: '#/$defs/node' } } })).toHaveProperty('body');
  });

  it.each([[undefined], [null], [[]], ['x'], [{ type: 'object' }]])('are none for %j', (parameters) => {
    expect(skeletonOf(parameters)).toEqual({});
  });
});
