import { describe, expect, it } from '@jest/globals';
import { openEgress, requestTo, serve, serveRaw, unusedUrl } from '../../../test/support/egress-servers.js';

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
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heads).toBe(1);
  });

  it('does not repeat a POST on a kept-alive connection', async () => {
    let heads = 0;
    const url = await serveRaw((socket) => {
      if (++heads === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else socket.destroy();
    });
    const egress = openEgress();
    await egress.request(requestTo(url, { method: 'POST', body: 'first' }));
    await expect(egress.request(requestTo(url, { method: 'POST', body: 'second' }))).rejects.toMatchObject({
      reason: 'reset',
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heads).toBe(2);
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
