import { describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { gzipZeros, openEgress, requestTo, serve } from '../../../test/support/egress-servers.js';

describe('a compressed response', () => {
  const text = JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ n })));
  const large = text.repeat(1_000);

  const serveEncoded = (encoding: string, body: Buffer) =>
    serve((_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(body));

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['br, gzip', (body: string) => gzipSync(brotliCompressSync(body))],
    ['identity', (body: string) => Buffer.from(body)],
  ])('is decompressed: %s', async (encoding, compress) => {
    for (const body of [text, large]) {
      const url = await serveEncoded(encoding, compress(body));
      const answer = await openEgress().request(requestTo(url, { maxResponseBytes: 10_000_000 }));
      expect(answer.body.toString()).toBe(body);
    }
  });

  it('is returned without the headers that describe the compressed body', async () => {
    const url = await serveEncoded('gzip', gzipSync(text));
    const { headers } = await openEgress().request(requestTo(url));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-encoding']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-length']));
  });

  it('is returned as sent if its coding is unknown', async () => {
    const url = await serveEncoded('utf-8', Buffer.from('text'));
    expect(await openEgress().request(requestTo(url))).toMatchObject({
      body: Buffer.from('text'),
      headers: { 'content-encoding': 'utf-8' },
    });
  });

  it('may have an empty body', async () => {
    const url = await serveEncoded('gzip', Buffer.alloc(0));
    expect((await openEgress().request(requestTo(url))).body).toHaveLength(0);
  });

  it.each([
    ['incomplete', gzipSync(text).subarray(0, 100)],
    [
      'incomplete and large',
      gzipSync(Buffer.from(Array.from({ length: 60_000 }, () => Math.random() * 256))).subarray(0, 50_000),
    ],
    ['without its check sum', gzipSync(text).subarray(0, -8)],
    ['changed in the middle', Buffer.concat([gzipSync(text).subarray(0, 50), Buffer.alloc(100, 7)])],
    ['not compressed at all', Buffer.from('plain text')],
  ])('is rejected if it is %s', async (_, body) => {
    const url = await serveEncoded('gzip', body);
    await expect(openEgress().request(requestTo(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
  });

  it('is limited by its decompressed size', async () => {
    for (const encoding of ['gzip', 'br']) {
      const url = await serveEncoded(encoding, encoding === 'gzip' ? gzipSync(large) : brotliCompressSync(large));
      for (const maxResponseBytes of [0, 10, 300_000]) {
        const request = requestTo(url, { maxResponseBytes: Math.max(maxResponseBytes, 0) });
        await expect(openEgress().request(request)).rejects.toMatchObject({ code: 'upstream_too_large' });
      }
      const truncated = await openEgress().request(requestTo(url, { maxResponseBytes: 300_001, overflow: 'truncate' }));
      expect(truncated.truncated).toBe(true);
      expect(truncated.body.toString()).toBe(large.slice(0, 300_001));
    }
  });

  it('is limited by its compressed size and decompressed as far as it was read', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(Math.random() * 256)));
    for (const [encoding, body] of [
      ['gzip', gzipSync(noise)],
      ['br', brotliCompressSync(noise)],
      ['deflate', deflateSync(noise)],
    ] as const) {
      const url = await serveEncoded(encoding, body);
      await expect(openEgress().request(requestTo(url, { maxResponseBytes: 150_000 }))).rejects.toMatchObject({
        code: 'upstream_too_large',
      });
      const truncated = await openEgress().request(requestTo(url, { maxResponseBytes: 150_000, overflow: 'truncate' }));
      expect(truncated.truncated).toBe(true);
      expect(truncated.body.equals(noise.subarray(0, truncated.body.length))).toBe(true);
      expect(truncated.body.length).toBeLessThanOrEqual(150_000);
    }
  });

  it('takes little memory if it is a decompression bomb', async () => {
    const bomb = await gzipZeros(256);
    const url = await serveEncoded('gzip', bomb);
    const egress = openEgress();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)), 1);
    const answers = await Promise.all([
      egress.request(requestTo(url)).catch((error: unknown) => error),
      egress.request(requestTo(url, { overflow: 'truncate' })),
    ]);
    clearInterval(watch);
    expect(answers).toMatchObject([{ code: 'upstream_too_large' }, { truncated: true }]);
    expect(Math.max(peak, process.memoryUsage().arrayBuffers - before)).toBeLessThan(16_000_000);
  });
});
