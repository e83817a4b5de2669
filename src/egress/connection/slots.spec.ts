import { describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { deferred, openEgress, requestTo, serve, unusedUrl } from '../../../test/support/egress-servers.js';
import type { Lookup } from './connector.js';

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
      message: '127.0.0.1 has 2 requests in flight, the maximum; this request was not sent within 100 ms',
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
    const busy = (slots: number) => `127.0.0.1 has ${slots} requests in flight, the maximum`;
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
    const url = await serve((request, response) => {
      seen.push(request.url);
      response.end('ok');
    });
    const found = deferred();
    const lookup = jest.fn<Lookup>(async () => {
      await found.promise;
      return [{ address: '127.0.0.1', family: 4 }];
    });
    const egress = openEgress({ slotsPerHost: 1, lookup });
    const named = url.replace('127.0.0.1', 'api.example.test');
    await expect(egress.request(requestTo(`${named}/aborted`, { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    const next = egress.request(requestTo(`${named}/next`));
    found.resolve();
    expect((await next).status).toBe(200);
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['/next']);
  });
});
