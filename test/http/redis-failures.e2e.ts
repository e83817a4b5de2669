import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cluster } from '../../src/cluster/index.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FaultyProxy, type ProxyMode } from '../support/faulty-proxy.js';
import type { TestTenant } from '../support/tenant.js';

const REDIS_URL = process.env['TEST_REDIS_URL'];

const FAILURES: [string, ProxyMode][] = [
  ['refuses connections', 'refuse'],
  ['is silent', 'swallow'],
];

if (REDIS_URL) {
  describe.each(FAILURES)('a Redis that %s', (_, failure) => {
    let proxy: FaultyProxy;
    let app: TestApp;
    let replica: TestApp;
    let tenant: TestTenant;

    beforeAll(async () => {
      const { hostname, port, pathname } = new URL(REDIS_URL);
      proxy = await FaultyProxy.start({ host: hostname, port: Number(port || 6379) });
      app = await TestApp.start({ environment: { REDIS_URL, RATE_LIMIT_KEY: '5' } });
      const behindProxy = `redis://127.0.0.1:${proxy.port}${pathname}`;
      replica = await app.replica({ REDIS_URL: behindProxy, RATE_LIMIT_KEY: '5' });
    });

    afterAll(async () => {
      await replica.stop();
      await app.stop();
      await proxy.close();
    });

    beforeEach(async () => {
      tenant = await app.tenant();
      await until('up');
    });

    afterEach(() => proxy.set('pass'));

    /** Waits until the replica has noticed the state of Redis. */
    async function until(status: 'up' | 'degraded'): Promise<void> {
      await eventually(
        () => replica.anonymous.get('/readyz'),
        ({ body }) => body.parts.redis === status,
      );
    }

    /** @returns the status and the duration of a request to the replica */
    async function timed(client: Client): Promise<{ status: number; milliseconds: number }> {
      const begin = performance.now();
      const { status } = await client.get('/v1/gpts');
      return { status, milliseconds: performance.now() - begin };
    }

    it('delays no request for long, and none once it was noticed', async () => {
      const elsewhere = new Client(replica.url, tenant.admin.key);
      expect((await timed(elsewhere)).status).toBe(200);
      await proxy.set(failure);
      const first = await timed(elsewhere);
      expect(first.status).toBe(200);
      expect(first.milliseconds).toBeLessThan(2000);
      expect(replica.get(Cluster).isRedisUp).toBe(false);
      const answers = await Promise.all([timed(elsewhere), timed(elsewhere), timed(elsewhere)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('leaves the replica ready, and is reported until it is back', async () => {
      await proxy.set(failure);
      await until('degraded');
      const { status, body } = await replica.anonymous.get('/readyz');
      expect([status, body]).toEqual([
        200,
        { status: 'ready', parts: { database: 'up', vault: 'up', redis: 'degraded' } },
      ]);
      await proxy.set('pass');
      await until('up');
    });

    it('is replaced by limits of the replica alone, and counts again when it is back', async () => {
      const elsewhere = new Client(replica.url, tenant.admin.key);
      /** Sends requests until one is rejected. @returns how many were not */
      const exhaust = async (client: Client) => {
        for (let count = 0; ; count++) if ((await client.get('/v1/gpts')).status === 429) return count;
      };
      await exhaust(tenant.admin);
      expect(await exhaust(elsewhere)).toBe(0);
      await proxy.set(failure);
      await until('degraded');
      expect(await exhaust(elsewhere)).toBe(5);
      await proxy.set('pass');
      await until('up');
      expect(await exhaust(elsewhere)).toBe(0);
    });

    it('leaves no stale cache behind when it is back: a key that was revoked meanwhile is rejected', async () => {
      const { body } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'x' });
      const elsewhere = new Client(replica.url, body.key);
      expect((await elsewhere.get('/v1/gpts')).status).toBe(200);
      await proxy.set(failure);
      await until('degraded');
      await tenant.admin.delete(`/v1/keys/${body.id}`);
      await proxy.set('pass');
      await until('up');
      expect((await elsewhere.get('/v1/gpts')).status).toBe(401);
    });
  });
} else {
  it('is tested only if TEST_REDIS_URL is set', () => {
    expect((process.env['TEST_REQUIRE'] ?? '').split(',')).not.toContain('redis');
  });
}
