import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import type { LargeBodies } from '../../actions/index.js';
import { readSettings } from '../../config/index.js';
import { BufferMemory } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { addBodyParsers } from './body-parsers.js';
import { LargeRequests } from './large-requests.js';

let server: FastifyInstance;
const metrics = new Metrics();
let turn = 0;
let next: NodeJS.Immediate;
/** The turns of the event loop in which requests were handled, and rejected. */
const handled: number[] = [];
const rejected: number[] = [];
/** The memory that is counted for bodies while requests are handled. */
const held: number[] = [];

const heldBytes = async () => (await metrics.heldBytes.get()).values[0]?.value ?? 0;

async function readDocument(_tenantId: string, parts: Uint8Array[]): Promise<string> {
  const text = Buffer.concat(parts).toString();
  if (text === 'invalid'.repeat(10_000)) throw new Error('invalid');
  return text;
}

beforeAll(() => {
  server = fastify();
  addBodyParsers(server, {
    largeBodies: { read: readDocument } as unknown as LargeBodies,
    largeRequests: new LargeRequests(new BufferMemory(readSettings({}), metrics)),
    maxCallValues: 50_000,
  });
  const handle = async (): Promise<string> => {
    handled.push(turn);
    held.push(await heldBytes());
    return 'handled';
  };
  server.addHook('onError', async () => void rejected.push(turn));
  for (const path of ['/v1/gpts/:gpt_id/call', '/v1/gpts', '/v1/openapi/check']) server.post(path, handle);
  const count = (): void => {
    turn++;
    next = setImmediate(count);
  };
  next = setImmediate(count);
});

beforeEach(() => {
  handled.length = 0;
  rejected.length = 0;
  held.length = 0;
});

afterAll(() => {
  clearImmediate(next);
  return server.close();
});

const large = JSON.stringify({ arguments: { text: 'x'.repeat(40_000) } });
const post = (url: string, payload: string | Readable) =>
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

  it('are searched for too many values in turns of their own', async () => {
    await callAll(JSON.stringify({ arguments: { items: Array.from({ length: 100_000 }, () => 0) } }));
    expect(new Set(rejected).size).toBe(5);
  });

  it('are parsed if they arrive in many chunks', async () => {
    const characters = 1_000_000;
    const chunks = ['{"name":"', ...Array.from({ length: characters / 100 }, () => 'x'.repeat(100)), '"}'];
    const answer = await post('/v1/gpts', Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
    expect([answer.statusCode, handled.length]).toEqual([200, 1]);
  });
});

describe('the memory of bodies', () => {
  it('is not counted for small ones', async () => {
    await post('/v1/gpts', '{"name":"small"}');
    expect(held).toEqual([0]);
  });

  it('is counted until they have been parsed', async () => {
    await post('/v1/gpts', large);
    expect([held, await heldBytes()]).toEqual([[0], 0]);
  });

  it('is counted for documents until the response has been sent', async () => {
    await post('/v1/openapi/check', large);
    expect([held, await heldBytes()]).toEqual([[large.length], 0]);
  });

  it('is released when they cannot be read', async () => {
    const answer = await post('/v1/openapi/check', 'invalid'.repeat(10_000));
    expect([answer.statusCode, held, await heldBytes()]).toEqual([500, [], 0]);
  });
});
