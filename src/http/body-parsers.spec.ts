import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import type { LargeBodies } from '../actions/index.js';
import { addBodyParsers } from './body-parsers.js';

let server: FastifyInstance;
let turn = 0;
let next: NodeJS.Immediate;
/** The turns of the event loop in which requests were handled. */
const handled: number[] = [];

beforeAll(() => {
  server = fastify();
  addBodyParsers(server, {} as LargeBodies, 100_000);
  const handle = async (): Promise<string> => {
    handled.push(turn);
    return 'handled';
  };
  for (const path of ['/v1/gpts/:gpt_id/call', '/v1/gpts']) server.post(path, handle);
  const count = (): void => {
    turn++;
    next = setImmediate(count);
  };
  next = setImmediate(count);
});

beforeEach(() => {
  handled.length = 0;
});

afterAll(() => {
  clearImmediate(next);
  return server.close();
});

const large = JSON.stringify({ arguments: { text: 'x'.repeat(40_000) } });
const post = (url: string, payload: string) =>
  server.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload });
const callAll = (payload: string) => Promise.all(Array.from({ length: 5 }, () => post('/v1/gpts/gpt-1/call', payload)));

describe('large bodies that arrive together', () => {
  it('are parsed in turns of the event loop of their own', async () => {
    await callAll(large);
    expect(handled).toHaveLength(5);
    expect(new Set(handled).size).toBe(5);
    // Parsing and the search for duplicate keys take a turn each.
    expect(Math.max(...handled) - Math.min(...handled)).toBeGreaterThanOrEqual(4);
  });

  it('do not delay small ones', async () => {
    const calls = callAll(large);
    await post('/v1/gpts', '{"name":"small"}');
    const before = handled.length;
    await calls;
    expect(before).toBeLessThan(handled.length - 2);
  });

  it('are searched for duplicate keys', async () => {
    const answers = await callAll(large.replace('{"text"', '{"text":1,"text"'));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 5 }, () => 500));
    expect(handled).toEqual([]);
  });
});
