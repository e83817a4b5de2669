import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';

const REDIS_URL = process.env['TEST_REDIS_URL'];

if (REDIS_URL) {
  describe('with Redis', () => {
    let app: TestApp;
    let replica: TestApp;

    beforeAll(async () => {
      const environment = { REDIS_URL };
      app = await TestApp.start({ environment });
      replica = await TestApp.start({ replicaOf: app, environment });
    });

    afterAll(async () => {
      await replica.stop();
      await app.stop();
    });

    it('reports Redis in the readiness check', async () => {
      const { status, body } = await eventually(
        () => app.anonymous.get('/readyz'),
        (answer) => answer.body.parts.redis === 'up',
      );
      expect([status, body]).toEqual([200, { status: 'ready', parts: { database: 'up', vault: 'up', redis: 'up' } }]);
    });

    it('rejects a revoked key on the other replica within a second', async () => {
      const tenant = await app.tenant();
      const { body } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'x' });
      const elsewhere = new Client(replica.url, body.key);
      expect((await elsewhere.get('/v1/gpts')).status).toBe(200);
      await tenant.admin.delete(`/v1/keys/${body.id}`);
      await eventually(
        () => elsewhere.get('/v1/gpts'),
        ({ status }) => status === 401,
        1000,
      );
    });
  });

  it('starts, is ready and works without Redis while it does not respond', async () => {
    const alone = await TestApp.start({ environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
    try {
      const { status, body } = await alone.anonymous.get('/readyz');
      expect([status, body.parts]).toEqual([200, { database: 'up', vault: 'up', redis: 'degraded' }]);
      const tenant = await alone.tenant();
      await tenant.admin.delete(`/v1/keys/${(await tenant.admin.get('/v1/keys')).body.data[0].id}?force=true`);
      expect((await tenant.admin.get('/v1/gpts')).status).toBe(401);
    } finally {
      await alone.stop();
    }
  });
} else {
  it('is tested only if TEST_REDIS_URL is set', () => {
    expect((process.env['TEST_REQUIRE'] ?? '').split(',')).not.toContain('redis');
  });
}
