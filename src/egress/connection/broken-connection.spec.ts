import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { openEgress, requestTo, serve, serveRaw, unusedUrl } from '../../../test/support/egress-servers.js';

/**
 * Starts a server that responds to one request of each connection, and closes the connection on the second.
 *
 * @param words sent before the connection is closed
 * @returns the connections of the requests, by number
 */
async function servesOnce(words = ''): Promise<{ url: string; heads: number[] }> {
  const connections: Socket[] = [];
  const heads: number[] = [];
  const url = await serveRaw((socket) => {
    if (!connections.includes(socket)) connections.push(socket);
    const connection = connections.indexOf(socket) + 1;
    const isFirst = !heads.includes(connection);
    heads.push(connection);
    if (isFirst) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    else socket.end(words);
  });
  return { url, heads };
}

describe('Egress when a connection breaks', () => {
  it.each(['GET', 'POST'])('reports the reset and does not repeat a %s', async (method) => {
    let heads = 0;
    const url = await serveRaw((socket, received) => {
      if (received.includes('HTTP/1.1')) heads++;
      socket.destroy();
    });
    const request = requestTo(url, { method, body: method === 'POST' ? 'order' : undefined });
    await expect(openEgress().request(request)).rejects.toMatchObject({
      code: 'upstream_unreachable',
      reason: 'reset',
    });
    await setTimeout(50);
    expect(heads).toBe(1);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])(
    'repeats a %s once, on a new connection, if a kept one is closed',
    async (method) => {
      const { url, heads } = await servesOnce();
      const egress = openEgress();
      await egress.request(requestTo(url));
      await setImmediate();
      expect((await egress.request(requestTo(url, { method }))).status).toBe(200);
      expect(heads).toEqual([1, 1, 2]);
    },
  );

  it('repeats a GET on a new connection although other kept ones are idle', async () => {
    const { url, heads } = await servesOnce();
    const egress = openEgress();
    await Promise.all([1, 2, 3].map(() => egress.request(requestTo(url))));
    expect((await egress.request(requestTo(url))).status).toBe(200);
    expect([heads.length, heads.at(-1)]).toEqual([5, 4]);
  });

  it('does not repeat a GET after a part of its response has arrived', async () => {
    const { url, heads } = await servesOnce('HTTP/1.1 200 O');
    const egress = openEgress();
    await egress.request(requestTo(url));
    await setImmediate();
    await expect(egress.request(requestTo(url))).rejects.toMatchObject({ reason: 'reset' });
    expect(heads).toEqual([1, 1]);
  });

  it('does not repeat a POST on a kept-alive connection', async () => {
    const { url, heads } = await servesOnce();
    const egress = openEgress();
    await egress.request(requestTo(url, { method: 'POST', body: 'first' }));
    await setImmediate();
    await expect(egress.request(requestTo(url, { method: 'POST', body: 'second' }))).rejects.toMatchObject({
      reason: 'reset',
    });
    await setTimeout(50);
    expect(heads).toEqual([1, 1]);
  });

  it('rejects a body that ends too early', async () => {
    const withLength = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'));
    const chunked = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n'),
    );
    const egress = openEgress();
    for (const url of [withLength, chunked]) {
      await expect(egress.request(requestTo(url))).rejects.toMatchObject({
        code: expect.stringMatching(/^upstream_(unreachable|invalid)$/),
      });
    }
  });

  it('reports a refused connection as unreachable', async () => {
    await expect(openEgress().request(requestTo(await unusedUrl()))).rejects.toMatchObject({
      code: 'upstream_unreachable',
      reason: 'connect',
      message: '127.0.0.1 did not accept the connection (ECONNREFUSED)',
    });
  });

  it.each([
    ['nonsense', 'nonsense\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
    ['length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    [
      'an upgrade that was not requested',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
  ])('rejects a response that is invalid HTTP/1.1: %s', async (_, words) => {
    const url = await serveRaw((socket) => socket.write(words));
    await expect(openEgress().request(requestTo(url))).rejects.toMatchObject({
      code: 'upstream_invalid',
      host: '127.0.0.1',
    });
  });

  it('releases the slot of a request whose connection broke', async () => {
    let fail = true;
    const url = await serve((request, response) => {
      if (fail) request.socket.destroy();
      else response.end('ok');
    });
    const egress = openEgress({ slotsPerHost: 1 });
    const failed = await Promise.allSettled([1, 2, 3].map(() => egress.request(requestTo(url))));
    expect(failed.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    fail = false;
    expect((await egress.request(requestTo(url))).status).toBe(200);
  });
});
