import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { transferable } from '../../workers/index.js';
import { readBody as readGrowing } from './read-body.js';

const LIMIT = 1_048_576;

const readBody = (request: FastifyRequest, payload: Readable) => readGrowing(request, payload, () => undefined);

/** Reads a body that arrives in chunks. @param declared its `Content-Length`; `undefined` with chunked encoding */
function read(chunks: readonly Buffer[], declared?: number): Promise<Buffer[]> {
  return readBody(requestOf(declared), Readable.from(chunks, { objectMode: false }));
}

function requestOf(declared?: number): FastifyRequest {
  const headers = declared === undefined ? {} : { 'content-length': String(declared) };
  return { headers, routeOptions: { bodyLimit: LIMIT } } as FastifyRequest;
}

/** Chunks of different bytes, so that a chunk at the wrong place is noticed. */
const chunksOf = (...lengths: number[]): Buffer[] => lengths.map((length, index) => Buffer.alloc(length, index + 1));

describe('readBody', () => {
  it.each([
    ['no bytes', []],
    ['one chunk', [1000]],
    ['chunks of one byte', Array.from({ length: 500 }, () => 1)],
    ['large chunks', Array.from({ length: 16 }, () => 65_536)],
    ['chunks of different lengths', [1, 65_536, 7, 0, 30_000, 65_536, 2]],
    ['as many bytes as the limit', [LIMIT - 3, 3]],
  ])('returns the bytes in order: %s', async (_, lengths) => {
    const chunks = chunksOf(...lengths);
    const expected = Buffer.concat(chunks);
    for (const declared of [undefined, expected.length]) {
      const parts = await read(chunks, declared);
      expect(Buffer.concat(parts).equals(expected)).toBe(true);
    }
  });

  it('returns few parts, which move to a thread without a copy if the length was declared', async () => {
    const parts = await read(chunksOf(...Array.from({ length: 15 }, () => 65_536)), 15 * 65_536);
    expect(parts.length).toBeLessThan(8);
    for (const part of parts) expect(transferable(part).buffer).toBe(part.buffer);
  });

  it('does not keep the chunks, whose memory is reused', async () => {
    const chunk = Buffer.alloc(100, 'a');
    const payload = new Readable({ read: () => undefined });
    const body = readBody(requestOf(100), payload);
    payload.push(chunk);
    await new Promise((resolve) => setImmediate(resolve));
    chunk.fill('b');
    payload.push(null);
    expect(String(await body)).toBe('a'.repeat(100));
  });

  it('allocates memory for what has arrived, not for what was declared', async () => {
    const payloads = Array.from({ length: 20 }, () => new Readable({ read: () => undefined }));
    const before = process.memoryUsage().arrayBuffers;
    const bodies = payloads.map((payload) => readBody(requestOf(LIMIT), payload));
    for (const payload of payloads) payload.push(Buffer.alloc(1000));
    await new Promise((resolve) => setImmediate(resolve));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LIMIT);
    for (const payload of payloads) payload.destroy(new Error('aborted'));
    await expect(Promise.all(bodies)).rejects.toThrow('aborted');
  });

  it('rejects a declared length above the limit before it reads', async () => {
    const payload = new Readable({ read: () => undefined });
    await expect(readBody(requestOf(LIMIT + 1), payload)).rejects.toMatchObject({ statusCode: 413 });
    expect(payload.readableFlowing).toBeNull();
  });

  it('rejects more bytes than the limit, and drops the rest', async () => {
    const payload = new Readable({ read: () => undefined });
    const body = readBody(requestOf(), payload);
    payload.push(Buffer.alloc(LIMIT));
    payload.push(Buffer.alloc(1));
    await expect(body).rejects.toMatchObject({ statusCode: 413 });
    payload.push(Buffer.alloc(LIMIT));
    await new Promise((resolve) => setImmediate(resolve));
    expect(payload.readableLength).toBe(0);
  });

  it.each([9, 11])('rejects ten bytes that were declared as %d', async (declared) => {
    await expect(read(chunksOf(10), declared)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('rejects an aborted body', async () => {
    const payload = new Readable({ read: () => undefined });
    const body = readBody(requestOf(10), payload);
    payload.push(Buffer.alloc(5));
    payload.destroy(new Error('aborted'));
    await expect(body).rejects.toMatchObject({ message: 'aborted', statusCode: 400 });
  });

  it('pauses until the body may grow', async () => {
    const payload = new Readable({ read: () => undefined });
    const grown: number[] = [];
    let resume = (): void => undefined;
    const body = readGrowing(requestOf(30), payload, (bytes) => {
      grown.push(bytes);
      return bytes === 20 ? new Promise((resolve) => (resume = resolve)) : undefined;
    });
    for (let chunk = 0; chunk < 3; chunk++) payload.push(Buffer.alloc(10, chunk));
    payload.push(null);
    await settled();
    expect(grown).toEqual([10, 20]);
    resume();
    expect(Buffer.concat(await body)).toEqual(Buffer.concat([0, 1, 2].map((chunk) => Buffer.alloc(10, chunk))));
    expect(grown).toEqual([10, 20, 30]);
  });

  it('rejects a body that may not grow', async () => {
    const payload = Readable.from([Buffer.alloc(10)], { objectMode: false });
    await expect(readGrowing(requestOf(10), payload, () => Promise.reject(new Error('released')))).rejects.toThrow(
      'released',
    );
  });
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
