import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestTenant } from '../support/tenant.js';
import { completed } from '../support/token-requests.js';

const REDIS_URL = process.env['TEST_REDIS_URL'];

/** How soon what was revoked on one replica is rejected on the others (docs/operation.md). */
const SETUPS: [string, Record<string, string>, number][] = [
  ['without Redis, within five seconds', {}, 5000],
  ...(REDIS_URL
    ? [['with Redis, within a second', { REDIS_URL }, 1000] as [string, Record<string, string>, number]]
    : []),
];

describe.each(SETUPS)('what is revoked on one replica is rejected on the other %s', (_, environment, withinMs) => {
  let world: OAuthWorld;
  let replica: TestApp;
  let tenant: TestTenant;
  let alice: EndUser;

  beforeAll(async () => {
    world = await OAuthWorld.start({ environment });
    replica = await world.app.replica(environment);
    if (!environment['REDIS_URL']) return;
    for (const { anonymous } of [world.app, replica]) {
      await eventually(
        () => anonymous.get('/readyz'),
        ({ body }) => body.parts.redis === 'up',
      );
    }
  });

  afterAll(async () => {
    await replica.stop();
    await world.stop();
  });

  beforeEach(async () => {
    world.reset();
    tenant = await world.app.tenant();
    alice = new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice');
    await alice.signsIn();
    // Everything that a call needs is cached on the replica.
    for (let call = 0; call < 2; call++) expect(await alice.at(replica).calls()).toMatchObject(completed);
  });

  /** Sends requests to the replica until one is rejected, which must be sent in time. */
  async function rejected<T>(read: () => Promise<T>, isRejected: (value: T) => boolean): Promise<void> {
    const begin = performance.now();
    for (;;) {
      const sentAfterMs = performance.now() - begin;
      if (isRejected(await read())) return;
      expect(sentAfterMs).toBeLessThan(withinMs);
      // More calls would exceed the rate limit of the user.
      await pause(20);
    }
  }

  it('a key', async () => {
    const { body } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'x' });
    const elsewhere = new Client(replica.url, body.key);
    expect((await elsewhere.get('/v1/gpts')).status).toBe(200);
    await tenant.admin.delete(`/v1/keys/${body.id}`);
    await rejected(
      () => elsewhere.get('/v1/gpts'),
      ({ status }) => status === 401,
    );
  });

  it('a connection', async () => {
    expect((await alice.disconnects()).status).toBe(204);
    await rejected(
      () => alice.at(replica).calls(),
      ({ body }) => body.outcome === 'sign_in_required',
    );
  });

  it('a GPT', async () => {
    expect((await tenant.admin.delete(`/v1/gpts/${alice.gpt.id}`)).status).toBe(204);
    await rejected(
      () => alice.at(replica).calls(),
      ({ status }) => status === 404,
    );
  });

  it('a tenant', async () => {
    expect((await world.app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
    await rejected(
      () => alice.at(replica).calls(),
      ({ status }) => status === 401,
    );
  });
});
