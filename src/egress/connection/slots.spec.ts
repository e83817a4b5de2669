import { describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { eventually } from '../../../test/support/eventually.js';
import { AUTHORITY, KEY, VALID } from '../../../test/support/certificates.js';
import { deferred, listen, openEgress, requestTo, serve, unusedUrl } from '../../../test/support/egress-servers.js';
import type { Lookup } from '../lookup/system-lookup.js';

describe('the slots of a host', () => {
  it('limit a slow host without delaying others', async () => {
    const waiting: ServerResponse[] = [];
    const full = deferred();
    let isSlow = true;
    const [slow, quick] = [
      await serve((_, response) => {
        if (!isSlow) response.end('slow');
        else if (waiting.push(response) === 2) full.resolve();
      }),
      await serve((_, response) => void response.end('quick')),
    ];
    const egress = openEgress({ slotsPerHost: 2 });
    const calls = [1, 2, 3, 4].map(() => egress.request(requestTo(slow)));
    const late = egress.request(requestTo(slow, { timeoutMs: 100 }));
    await expect(late).rejects.toMatchObject({
      code: 'upstream_timeout',
      message: 'no slot at 127.0.0.1 was free for the tenant within 100 ms (tenants share 2); the request was not sent',
    });
    expect((await egress.request(requestTo(quick))).body.toString()).toBe('quick');
    await full.promise;
    expect(waiting).toHaveLength(2);
    isSlow = false;
    for (const response of waiting) response.end('slow');
    expect((await Promise.all(calls)).map(({ body }) => body.toString())).toEqual(Array(4).fill('slow'));
  });

  it('are counted separately for calls and OAuth requests', async () => {
    const pending: ServerResponse[] = [];
    const full = deferred();
    const url = await serve((_, response) => {
      if (pending.push(response) === 5) full.resolve();
    });
    const egress = openEgress({ slotsPerHost: 3, oauthSlotsPerHost: 2 });
    const classes = ['calls', 'calls', 'calls', 'oauth', 'oauth'] as const;
    const requests = classes.map((trafficClass) => egress.request(requestTo(url, { trafficClass })));
    await full.promise;
    const busy = (slots: number) => `(tenants share ${slots}); the request was not sent`;
    for (const [trafficClass, slots] of [
      ['calls', 3],
      ['oauth', 2],
    ] as const) {
      const late = egress.request(requestTo(url, { trafficClass, timeoutMs: 100 }));
      await expect(late).rejects.toThrow(busy(slots));
    }
    for (const response of pending) response.end('ok');
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(classes.map(() => 200));
    expect(pending).toHaveLength(5);
  });

  it('are released by requests that cannot connect', async () => {
    const url = await unusedUrl();
    const egress = openEgress({ slotsPerHost: 1 });
    const calls = await Promise.allSettled([1, 2, 3, 4].map(() => egress.request(requestTo(url))));
    expect(calls).toMatchObject([1, 2, 3, 4].map(() => ({ reason: { reason: 'connect' } })));
  });

  it('stay taken while a connection is established for an aborted request, and the connection serves the next request', async () => {
    const seen: (string | undefined)[] = [];
    const [accepted, handshake] = [deferred(), deferred()];
    const server = createServer({ cert: VALID, key: KEY }, (request, response) => {
      seen.push(request.url);
      response.setHeader('connection', 'close').end('ok');
    });
    const listener = createTcpServer({ pauseOnConnect: true }, (socket) => {
      accepted.resolve();
      void handshake.promise.then(() => server.emit('connection', socket));
    });
    const lookup = jest.fn<Lookup>(async () => [{ address: '127.0.0.1', family: 4 }]);
    const url = `https://api.example.test:${await listen(listener)}`;
    const egress = openEgress({ slotsPerHost: 1, lookup, ca: AUTHORITY });
    const abort = new AbortController();
    const aborted = egress.request(requestTo(`${url}/aborted`, { signal: abort.signal }));
    await accepted.promise;
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    const next = egress.request(requestTo(`${url}/next`));
    handshake.resolve();
    expect((await next).status).toBe(200);
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['/next']);
  });

  it('are released when an aborted request has cancelled its DNS lookup', async () => {
    const url = await serve((_, response) => void response.end('ok'));
    const [started, cancelled] = [deferred(), deferred()];
    const lookup: Lookup = (_, { signal }) => {
      started.resolve();
      signal.addEventListener('abort', () => cancelled.resolve());
      return new Promise(() => undefined);
    };
    const egress = openEgress({ slotsPerHost: 1, lookup });
    const abort = new AbortController();
    const named = url.replace('127.0.0.1', 'api.example.test');
    const aborted = egress.request(requestTo(named, { signal: abort.signal }));
    await started.promise;
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    await cancelled.promise;
  });

  it('and connections serve a tenant at once while another has many slow requests in flight', async () => {
    const slow: ServerResponse[] = [];
    const url = await serve((request, response) => {
      if (request.url === '/slow') slow.push(response);
      else response.end('quick');
    });
    const egress = openEgress({ slotsPerHost: 8 });
    const calls = Array.from({ length: 25 }, () => egress.request(requestTo(`${url}/slow`, { tenantId: 'greedy' })));
    const quick = await egress.request(requestTo(`${url}/quick`, { tenantId: 'other' }));
    expect(quick.body.toString()).toBe('quick');
    let answered = 0;
    while (answered < calls.length) {
      await eventually(
        () => slow.length,
        (count) => count > 0,
      );
      expect(slow.length).toBeLessThanOrEqual(6);
      for (const response of slow.splice(0)) {
        answered++;
        response.end('slow');
      }
    }
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(25).fill(200));
  });
});
