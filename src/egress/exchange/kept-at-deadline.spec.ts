import { describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { createGzip } from 'node:zlib';
import { openEgress, requestTo, serve } from '../../../test/support/egress-servers.js';
import type { EgressRequest } from '../egress.js';

/** Sends a beginning and never ends. */
const stalling =
  (beginning: string): RequestListener =>
  (_, response) =>
    void response.write(beginning);

const kept = (url: string, more: Partial<EgressRequest> = {}): EgressRequest =>
  requestTo(url, {
    timeoutMs: 3000,
    overflow: 'truncate',
    maxResponseBytes: () => ({ bytes: 1000, keepAtDeadline: true }),
    ...more,
  });

describe('a body that is kept at the deadline', () => {
  it('is returned as far as it has arrived, and its slot is released', async () => {
    const url = await serve(stalling('data: 1\n\n'));
    const egress = openEgress({ slotsPerHost: 1 });
    const answers = [await egress.request(kept(url)), await egress.request(kept(url))];
    for (const { body, ...answer } of answers) {
      expect(answer).toMatchObject({ status: 200, truncated: true, endedAtDeadline: true });
      expect(body.toString()).toBe('data: 1\n\n');
    }
  });

  it('is decompressed as far as it has arrived', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.write('data: 1\n\n');
      gzip.flush();
    });
    const { body, truncated } = await openEgress().request(kept(url));
    expect([body.toString(), truncated]).toEqual(['data: 1\n\n', true]);
  });

  it('has ended at the limit before', async () => {
    const url = await serve(stalling('x'.repeat(2000)));
    const answer = await openEgress().request(kept(url));
    expect([answer.body.length, answer.truncated, answer.endedAtDeadline]).toEqual([1000, true, undefined]);
  });

  it('is not returned if its caller disconnects', async () => {
    const url = await serve(stalling('data: 1\n\n'));
    const leaving = new AbortController();
    const answer = openEgress().request(kept(url, { signal: leaving.signal, timeoutMs: 20_000 }));
    setTimeout(() => leaving.abort(), 100);
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
  });

  it('fails if no head has arrived', async () => {
    const url = await serve(() => undefined);
    await expect(openEgress().request(kept(url))).rejects.toMatchObject({ code: 'upstream_timeout' });
  });
});
