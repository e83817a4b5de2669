import { describe, expect, it, jest } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { gzipZeros, openEgress, requestTo, serve, serveRaw } from '../../../test/support/egress-servers.js';
import type { EgressRequest } from '../egress.js';

describe('a fixed response limit', () => {
  const endless: RequestListener = (_, response) => {
    const chunk = Buffer.alloc(16_384, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more);
    };
    more();
  };

  it('rejects an endless body', async () => {
    const url = await serve(endless);
    await expect(openEgress().request(requestTo(url, { maxResponseBytes: 100_000 }))).rejects.toMatchObject({
      code: 'upstream_too_large',
      message: '127.0.0.1 sent more than 100000 bytes',
    });
  });

  it('truncates an endless body with overflow: truncate', async () => {
    const url = await serve(endless);
    const answer = await openEgress().request(requestTo(url, { maxResponseBytes: 100_001, overflow: 'truncate' }));
    expect(answer).toMatchObject({ status: 200, truncated: true });
    expect(answer.body.toString()).toBe('x'.repeat(100_001));
  });

  it('does not truncate a body that just fits', async () => {
    const url = await serve((_, response) => void response.end('x'.repeat(1_000)));
    const egress = openEgress();
    expect((await egress.request(requestTo(url, { maxResponseBytes: 1_000 }))).body).toHaveLength(1_000);
    const whole = await egress.request(requestTo(url, { maxResponseBytes: 1_000, overflow: 'truncate' }));
    expect(whole.truncated).toBe(false);
    await expect(egress.request(requestTo(url, { maxResponseBytes: 999 }))).rejects.toMatchObject({
      code: 'upstream_too_large',
    });
  });

  it('rejects a body by its declared length without reading it', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-length': 1e12 }).flushHeaders());
    await expect(openEgress().request(requestTo(url))).rejects.toMatchObject({ code: 'upstream_too_large' });
  });

  it('rejects headers that are too large', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      for (let n = 0; n < 100; n++) socket.write(`x-${n}: ${'y'.repeat(1_000)}\r\n`);
    });
    await expect(openEgress().request(requestTo(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
  });
});

describe('a response limit that depends on the response', () => {
  const letters = 'x'.repeat(5_000);

  /** 1,000 bytes; 100,000 if the body contains "word" near its beginning. */
  const raisedByWord = (more: Partial<EgressRequest> = {}): Partial<EgressRequest> => ({
    maxResponseBytes: () => ({ bytes: 1_000, raise: { to: 100_000, when: (beginning) => beginning.includes('word') } }),
    overflow: 'truncate',
    ...more,
  });

  it('is computed from the status and the headers', async () => {
    const url = await serve((_, response) => void response.writeHead(404, { 'X-Kind': 'long' }).end(letters));
    const heads: unknown[] = [];
    const maxResponseBytes: EgressRequest['maxResponseBytes'] = (head) => {
      heads.push({ status: head.status, kind: head.headers['x-kind'] });
      return { bytes: head.status };
    };
    const answer = await openEgress().request(requestTo(url, { maxResponseBytes, overflow: 'truncate' }));
    expect(heads).toEqual([{ status: 404, kind: 'long' }]);
    expect(answer.body).toHaveLength(404);
  });

  it('is computed for each redirect', async () => {
    const url = await serve((request, response) =>
      request.url === '/'
        ? void response.writeHead(302, { location: '/there' }).end(letters)
        : void response.end(letters),
    );
    const maxResponseBytes: EgressRequest['maxResponseBytes'] = ({ status }) => ({
      bytes: status === 200 ? 7 : 10_000,
    });
    const answer = await openEgress().request(requestTo(url, { maxResponseBytes, overflow: 'truncate', redirects: 1 }));
    expect(answer).toMatchObject({ status: 200, truncated: true, body: Buffer.from('x'.repeat(7)) });
  });

  it.each([
    ['plain', undefined, (body: string) => Buffer.from(body)],
    ['gzip', 'gzip', gzipSync],
    ['br', 'br', brotliCompressSync],
    ['deflate without its header', 'deflate', deflateRawSync],
  ])('is raised by the beginning of the decompressed body: %s', async (_, encoding, compress) => {
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
    const url = await serve((request, response) => {
      // Text that does not compress exceeds the limit even in its compressed form.
      const rest = request.url?.endsWith('noise') ? noise(20_000) : letters;
      response.writeHead(200, headers).end(compress(`${request.url?.startsWith('/word') ? 'word' : 'what'}${rest}`));
    });
    for (const [path, length] of [
      ['/word-letters', 5_004],
      ['/word-noise', 20_004],
    ] as const) {
      const whole = await openEgress().request(requestTo(url + path, raisedByWord()));
      expect([whole.truncated, whole.body.length]).toEqual([false, length]);
    }
    for (const path of ['/what-letters', '/what-noise']) {
      const truncated = await openEgress().request(requestTo(url + path, raisedByWord()));
      expect([truncated.truncated, truncated.body.subarray(0, 4).toString()]).toEqual([true, 'what']);
      expect(truncated.body.length).toBeLessThanOrEqual(1_000);
    }
  });

  it('is raised to its maximum at most', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const body = `word${'x'.repeat(200_000)}`;
      const sent = encoding === 'gzip' ? gzipSync(body) : body;
      const url = await serve(
        (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(sent),
      );
      const truncated = await openEgress().request(requestTo(url, raisedByWord()));
      expect([truncated.truncated, truncated.body.length]).toEqual([true, 100_000]);
      await expect(openEgress().request(requestTo(url, raisedByWord({ overflow: 'error' })))).rejects.toMatchObject({
        code: 'upstream_too_large',
      });
    }
  });

  it('is raised once for a body that arrives in many chunks', async () => {
    const url = await serve(async (_, response) => {
      for (let chunk = 0; chunk < 20 && !response.destroyed; chunk++) {
        response.write(letters);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      response.end();
    });
    const when = jest.fn(() => true);
    const maxResponseBytes = () => ({ bytes: 1_000, raise: { to: 1_000_000, when } });
    const answer = await openEgress().request(requestTo(url, { maxResponseBytes }));
    expect(answer.body).toHaveLength(20 * letters.length);
    expect(when).toHaveBeenCalledTimes(1);
  });

  it('is not raised by a decompression bomb', async () => {
    for (const [encoding, bomb] of [
      ['gzip', await gzipZeros(64)],
      ['br', brotliCompressSync(Buffer.alloc(8_000_000))],
    ] as const) {
      const url = await serve(
        (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
      );
      const answer = await openEgress().request(requestTo(url, raisedByWord()));
      expect([answer.truncated, answer.body.length]).toEqual([true, 1_000]);
    }
  });
});

/** Returns ASCII text that does not compress. */
function noise(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 94))).join('');
}
