import { describe, expect, it, jest } from '@jest/globals';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { deferred, openEgress, requestTo, serve } from '../../../test/support/egress-servers.js';

describe('the deadline of a request', () => {
  it.each([
    ['never responds', () => undefined],
    ['stops after the headers', (_, response) => void response.writeHead(200).write('x')],
    [
      'drips',
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 10);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ] as [string, RequestListener][])('ends a request to a server that %s', async (_, listener) => {
    const closed: Promise<unknown>[] = [];
    const url = await serve((request, response) => {
      // Does not use events.once, which rejects on the reset.
      closed.push(new Promise((resolve) => request.socket.on('close', resolve)));
      listener(request, response as ServerResponse<IncomingMessage> & { req: IncomingMessage });
    });
    await expect(openEgress().request(requestTo(`${url}/?s3cret`, { timeoutMs: 200 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
      host: '127.0.0.1',
      message: '127.0.0.1 did not respond completely within 200 ms',
    });
    await Promise.all(closed); // empty on a machine so slow that nothing has arrived by then
  });

  it('covers the DNS lookup', async () => {
    const egress = openEgress({ lookup: () => new Promise(() => undefined) });
    await expect(egress.request(requestTo('https://api.example.test/', { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
  });

  it('covers all redirects together', async () => {
    const url = await serve((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 40);
    });
    await expect(openEgress().request(requestTo(url, { timeoutMs: 300, redirects: 1_000 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
  });

  it('prevents sending if it has passed before', async () => {
    const listener = jest.fn<RequestListener>();
    const url = await serve(listener);
    await expect(openEgress().request(requestTo(url, { timeoutMs: 0 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    await expect(openEgress().request(requestTo(url, { timeoutMs: Number.NaN }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('the abort signal of a request', () => {
  it('closes the connection and rejects the request', async () => {
    const arrived = deferred();
    const closed = deferred();
    const url = await serve((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const controller = new AbortController();
    const answer = openEgress().request(requestTo(url, { signal: controller.signal }));
    await arrived.promise;
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted', host: '127.0.0.1' });
    await closed.promise;
  });

  it('prevents sending if it is aborted before', async () => {
    const listener = jest.fn<RequestListener>();
    const url = await serve(listener);
    await expect(openEgress().request(requestTo(url, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(listener).not.toHaveBeenCalled();
  });

  it('has no listeners left after the request', async () => {
    const url = await serve((_, response) => void response.end());
    const { signal } = new AbortController();
    const [added, removed] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    const egress = openEgress();
    for (let n = 0; n < 3; n++) await egress.request(requestTo(url, { signal }));
    expect(added).toHaveBeenCalledTimes(3);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });
});
