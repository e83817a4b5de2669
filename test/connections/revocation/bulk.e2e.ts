import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { In } from 'typeorm';
import { Database } from '../../../src/database/index.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { ProviderRevocation } from '../../../src/connections/revocation/provider-revocation.js';
import { RevocationQueue } from '../../../src/connections/revocation/revocation-queue.js';
import { RevocationItem } from '../../../src/connections/revocation/store/revocation-item.entity.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import type { Client } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import {
  waitUntilDone,
  deleteRevocations,
  createGate,
  progressOf,
  revocationItems,
  sendDueRevocations,
} from '../../support/revocations.js';
import type { TestGpt } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;
let revocation: { revocation_url: string };

beforeAll(async () => {
  world = await OAuthWorld.start();
  revocation = { revocation_url: `${world.provider.url}/revoke` };
});

afterAll(() => world.stop());

beforeEach(async () => {
  await deleteRevocations(world.app);
  world.reset();
});

const tokensTold = () => world.provider.revocationRequests.map(({ params }) => params['token']);

/** Creates a tenant with a GPT and an action to which this many users are connected. */
async function connectedGpt(count: number): Promise<{ gpt: TestGpt; action: { id: string } }> {
  const { gpt, action } = await world.notesGpt(revocation, await world.app.tenant());
  await connectMany(world.app, gpt, action, count);
  return { gpt, action };
}

/** Does the same with a separate provider. */
async function connectedToSwift(count: number): Promise<{ swift: AuthorizationServer; gpt: TestGpt }> {
  const swift = await AuthorizationServer.start();
  const gpt = await (await world.app.tenant()).gpt();
  const schema = swift.schema({ revocation_url: `${swift.url}/revoke` });
  await connectMany(world.app, gpt, await gpt.action(world.api.document(NOTES_PATHS), schema), count);
  return { swift, gpt };
}

/** Adds another action to the GPT. */
function otherAction(gpt: TestGpt): Promise<{ id: string }> {
  const servers = [{ url: world.api.url.replace('127.0.0.1', '127.0.0.2') }];
  const paths = { '/': { get: { operationId: 'listOthers', responses: {} } } };
  return gpt.action(world.api.document(paths, { servers }), world.provider.schema(revocation));
}

async function activeUsers({ id, tenant }: TestGpt): Promise<string[]> {
  const { data } = (await tenant.runtime.get(`/v1/connections?gpt_id=${id}&status=active`)).body;
  return data.map(({ user }: { user: string }) => user).toSorted();
}

const revoke = (client: Client, named: object) => client.post('/v1/connections/revoke', named);

describe('security rule C39: bulk revocation', () => {
  it.each(['user', 'gpt_id', 'action_id'] as const)(
    'security rule C39: ends all connections of one %s, and no other',
    async (name) => {
      const { gpt, action } = await connectedGpt(3);
      const other = await connectedGpt(1);
      const all = { user: 'user-0', gpt_id: gpt.id, action_id: action.id };
      const { status, body } = await revoke(gpt.tenant.runtime, { [name]: all[name] });
      const revoked = name === 'user' ? 1 : 3;
      expect({ status, body }).toEqual({
        status: 200,
        body: { revoked, revocation_id: expect.stringMatching(/^rev-[a-z0-9]{26}$/) },
      });
      expect(await activeUsers(gpt)).toHaveLength(3 - revoked);
      expect(await activeUsers(other.gpt)).toEqual(['user-0']);
      expect(await waitUntilDone(gpt.tenant, body.revocation_id)).toMatchObject({
        scope: { [name]: all[name] },
        revoked,
        provider: { pending: 0, confirmed: revoked, failed: 0 },
      });
      expect(tokensTold()).toHaveLength(revoked);
    },
  );

  it('security rule C39: ends the connections that match all fields', async () => {
    const { gpt, action } = await connectedGpt(2);
    const other = await otherAction(gpt);
    await connectMany(world.app, gpt, other, 2);
    const { body } = await revoke(gpt.tenant.runtime, { user: 'user-0', action_id: action.id });
    expect(body.revoked).toBe(1);
    expect(await activeUsers(gpt)).toEqual(['user-0', 'user-1', 'user-1']);
    expect((await revoke(gpt.tenant.runtime, { user: 'user-0', gpt_id: gpt.id })).body.revoked).toBe(1);
    expect((await revoke(gpt.tenant.admin, { user: 'user-0', all: true })).body.revoked).toBe(0);
    expect(await activeUsers(gpt)).toEqual(['user-1', 'user-1']);
  });

  it('security rule C39: ends all connections of a tenant, with an admin key only', async () => {
    const { gpt } = await connectedGpt(3);
    const stranger = await connectedGpt(1);
    expect(problemOf(await revoke(gpt.tenant.runtime, { all: true }))).toBe('403 forbidden');
    expect(problemOf(await revoke(gpt.tenant.runtime, { all: true, user: 'user-0' }))).toBe('403 forbidden');
    expect(await activeUsers(gpt)).toHaveLength(3);
    const { body } = await revoke(gpt.tenant.admin, { all: true });
    expect(body.revoked).toBe(3);
    expect(await activeUsers(gpt)).toEqual([]);
    expect(await activeUsers(stranger.gpt)).toHaveLength(1);
    expect((await waitUntilDone(gpt.tenant, body.revocation_id)).scope).toEqual({ all: true });
  });

  it.each([{}, { all: false }, { user: '' }, { user: 'x\ud800' }, { user: 'x\0' }, { all: 'yes' }])(
    'rejects a scope without action, GPT or user: %j',
    async (named) => {
      expect(problemOf(await revoke(world.tenant.admin, named))).toMatch(/^400 invalid_request/);
    },
  );

  it('ends connections that require a reconnect, and does not count those that had ended before', async () => {
    const { gpt } = await connectedGpt(3);
    const database = world.app.get(Database);
    const names = { tenantId: gpt.tenant.id, user: In(['user-0']) };
    const lapsed = { status: 'reconnect_required', tokens: null } as const;
    await database.write((manager) => manager.update(Connection, names, lapsed));
    expect((await revoke(gpt.tenant.runtime, { user: 'user-1' })).body.revoked).toBe(1);
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    expect(body.revoked).toBe(2);
    expect((await waitUntilDone(gpt.tenant, body.revocation_id)).provider).toEqual({
      pending: 0,
      confirmed: 1,
      failed: 0,
    });
    expect((await revoke(gpt.tenant.runtime, { gpt_id: gpt.id })).body).toEqual({ revoked: 0, revocation_id: null });
  });

  it('is done at once if no provider has a revocation endpoint', async () => {
    const { gpt, action } = await world.notesGpt({}, await world.app.tenant());
    await connectMany(world.app, gpt, action, 2);
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    const { status, revoked, provider, created_at, ended_at } = await progressOf(gpt.tenant, body.revocation_id);
    expect({ status, revoked, provider }).toEqual({
      status: 'done',
      revoked: 2,
      provider: { pending: 0, confirmed: 0, failed: 0 },
    });
    expect(Date.parse(ended_at)).toBeGreaterThanOrEqual(Date.parse(created_at));
    expect(tokensTold()).toEqual([]);
  });

  it('records one audit event with scope and count', async () => {
    const { gpt } = await connectedGpt(3);
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    const events = (await gpt.tenant.admin.get('/v1/audit-events?limit=200')).body.data;
    const revocations = events.filter(({ type }: { type: string }) => type.includes('.revoked'));
    const details = { scope: { gpt_id: gpt.id }, count: 3, reason: 'disconnected' };
    expect(revocations).toMatchObject([
      { type: 'connections.revoked', target_id: body.revocation_id, actor: { role: 'runtime' }, details },
    ]);
  });

  it('is listed in pages, in the order of the commands', async () => {
    const { gpt } = await connectedGpt(3);
    const ids: string[] = [];
    for (const number of [0, 1, 2]) {
      ids.push((await revoke(gpt.tenant.runtime, { user: `user-${number}` })).body.revocation_id);
      world.app.clock.advance({ seconds: 1 });
    }
    for (const id of ids) await waitUntilDone(gpt.tenant, id);
    const first = (await gpt.tenant.runtime.get('/v1/connections/revocations?limit=2')).body;
    const rest = (await gpt.tenant.runtime.get(`/v1/connections/revocations?cursor=${first.next_cursor}`)).body;
    const listed = [...first.data, ...rest.data];
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(listed).toContainEqual(await progressOf(gpt.tenant, ids[1] ?? ''));
    expect(rest.next_cursor).toBeNull();
  });

  it('is not visible to other tenants and does not end their connections', async () => {
    const [{ gpt }, stranger] = [await connectedGpt(1), await connectedGpt(1)];
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    const path = `/v1/connections/revocations/${body.revocation_id}`;
    expect(problemOf(await stranger.gpt.tenant.admin.get(path))).toBe('404 not_found');
    expect((await revoke(stranger.gpt.tenant.admin, { gpt_id: gpt.id })).body.revoked).toBe(0);
    expect((await stranger.gpt.tenant.admin.get('/v1/connections/revocations')).body.data).toEqual([]);
  });
});

describe('security rule C39: ten thousand connections', () => {
  const MANY = 10_000;

  // Takes ten seconds, or longer on a busy machine.
  it('security rule C39: end at once, then in chunks and at their provider, each token once', async () => {
    const { gpt } = await connectedGpt(MANY);
    const held = createGate();
    world.provider.behavior = { beforeRevocation: () => held.released };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    expect(body.revoked).toBe(MANY);

    for (const name of ['user-0', 'user-4711', 'user-9999']) {
      expect((await new EndUser(gpt, name).calls()).body.sign_in.reason).toBe('revoked');
    }
    const left = { tenantId: gpt.tenant.id, status: In(['active', 'reconnect_required']) };
    const countLeft = () => world.app.get(Database).read((manager) => manager.countBy(Connection, left));
    await eventually(countLeft, (count) => count === 0, 120_000);
    const progress = { status: 'running', revoked: MANY, provider: { pending: MANY, confirmed: 0, failed: 0 } };
    expect(await progressOf(gpt.tenant, body.revocation_id)).toMatchObject(progress);

    held.release();
    await sendDueRevocations(world.app);
    expect(await progressOf(gpt.tenant, body.revocation_id)).toMatchObject({
      status: 'done',
      provider: { pending: 0, confirmed: MANY, failed: 0 },
      ended_at: expect.any(String),
    });
    expect(tokensTold()).toHaveLength(MANY);
    expect(new Set(tokensTold()).size).toBe(MANY);
  }, 180_000);
});

describe('security rule C39: revocation at the providers', () => {
  it('security rule C39: is divided between replicas without duplicates', async () => {
    const { gpt } = await connectedGpt(200);
    world.provider.behavior = { revocationStatus: 503 };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await sendDueRevocations(world.app);
    expect(tokensTold()).toHaveLength(200);
    world.provider.reset();
    const replica = await world.app.replica();
    world.app.clock.advance({ minutes: 1 });
    await Promise.all([sendDueRevocations(world.app), sendDueRevocations(replica)]);
    await replica.stop();
    expect((await progressOf(gpt.tenant, body.revocation_id)).provider.confirmed).toBe(200);
    expect(tokensTold()).toHaveLength(200);
    expect(new Set(tokensTold()).size).toBe(200);
  });

  it('security rule C39: continues after a restart', async () => {
    const { gpt } = await connectedGpt(200);
    const held = createGate();
    world.provider.behavior = { beforeRevocation: () => held.released };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await eventually(tokensTold, (tokens) => tokens.length === 8);
    const restarted = world.app.restart();
    held.release();
    await restarted;
    const { provider } = await progressOf(gpt.tenant, body.revocation_id);
    expect(provider.pending).toBeGreaterThan(0);
    expect(provider.confirmed).toBe(200 - provider.pending);
    await sendDueRevocations(world.app);
    expect((await progressOf(gpt.tenant, body.revocation_id)).provider.confirmed).toBe(200);
    expect(tokensTold()).toHaveLength(200);
  });

  it('security rule C39: repeats the items of a crashed process once their lease has expired', async () => {
    const { gpt } = await connectedGpt(1);
    world.provider.behavior = { revocationStatus: 503 };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await sendDueRevocations(world.app);
    world.app.clock.advance({ minutes: 1 });
    world.provider.reset();
    const [taken] = await world.app.get(RevocationQueue).take({ revocationId: body.revocation_id }, 8);
    expect(taken?.attempts).toBe(1);
    await sendDueRevocations(world.app);
    expect(tokensTold()).toEqual([]);
    world.app.clock.advance({ minutes: 2 });
    await sendDueRevocations(world.app);
    expect(tokensTold()).toEqual(['access of user-0']);
  });

  it('security rule C39: processes eight items per host at a time and does not delay other hosts', async () => {
    const slow = await connectedGpt(50);
    const held = createGate();
    world.provider.behavior = { beforeRevocation: () => held.released };
    const slowly = (await revoke(slow.gpt.tenant.runtime, { gpt_id: slow.gpt.id })).body;
    await eventually(tokensTold, (tokens) => tokens.length === 8);

    const { swift, gpt } = await connectedToSwift(20);
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    expect((await waitUntilDone(gpt.tenant, body.revocation_id)).status).toBe('done');
    expect(swift.revocationRequests).toHaveLength(20);
    await swift.stop();

    expect(tokensTold()).toHaveLength(8);
    held.release();
    await waitUntilDone(slow.gpt.tenant, slowly.revocation_id);
    expect(tokensTold()).toHaveLength(50);
  });

  it('security rule C39: takes turns between tenants at one host', async () => {
    const [many, few] = [await connectedGpt(24), await connectedGpt(1)];
    world.provider.behavior = { revocationStatus: 503 };
    for (const { gpt } of [many, few]) await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await sendDueRevocations(world.app);
    expect(tokensTold()).toHaveLength(25);
    world.provider.reset();
    // All are due, those of the small tenant last.
    await world.app.get(Database).write(async (manager) => {
      await manager.update(RevocationItem, { tenantId: many.gpt.tenant.id }, { nextAttemptAt: world.app.clock.in(-2) });
      await manager.update(RevocationItem, { tenantId: few.gpt.tenant.id }, { nextAttemptAt: world.app.clock.in(-1) });
    });
    const attempt = jest.spyOn(world.app.get(ProviderRevocation), 'attempt');
    await sendDueRevocations(world.app);
    const attempts = attempt.mock.calls.map(([{ tenantId }]) => tenantId);
    attempt.mockRestore();
    expect(attempts).toHaveLength(25);
    expect(attempts.indexOf(few.gpt.tenant.id)).toBeLessThanOrEqual(8);
  });

  it('security rule C39: returns to a host in time while another host is slow', async () => {
    const slow = await connectedGpt(50);
    const held = createGate();
    world.provider.behavior = { beforeRevocation: () => held.released };
    await revoke(slow.gpt.tenant.runtime, { gpt_id: slow.gpt.id });
    const busy = await world.app.replica({ REFRESH_INTERVAL_SECONDS: '1' });
    await eventually(tokensTold, (tokens) => tokens.length === 16);
    const { swift, gpt } = await connectedToSwift(1);
    swift.behavior = { revocationStatus: 503 };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    // Waits until the failure is stored, because the time of the next attempt is calculated from the clock at that moment.
    const ofSwift = async () =>
      (await revocationItems(world.app)).filter((item) => item.revocationId === body.revocation_id);
    await eventually(ofSwift, ([item]) => item?.attempts === 1 && item.errorCode !== null);
    swift.reset();
    world.app.clock.advance({ minutes: 1 });
    expect((await waitUntilDone(gpt.tenant, body.revocation_id)).provider.confirmed).toBe(1);
    held.release();
    await busy.stop();
    await swift.stop();
  });

  it('security rule C39: does not delay single disconnects', async () => {
    const { gpt } = await connectedGpt(50);
    const alice = await world.connectedUser('alice', revocation);
    const held = createGate();
    const isOfMany = ({ token = '' }: Record<string, string>) => token.startsWith('access of');
    world.provider.behavior = { beforeRevocation: async (params) => (isOfMany(params) ? held.released : undefined) };
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await eventually(tokensTold, (tokens) => tokens.length === 8);
    await alice.disconnects();
    const { data } = (await alice.gpt.tenant.runtime.get('/v1/connections/revocations')).body;
    expect(data).toMatchObject([{ status: 'done', provider: { confirmed: 1 } }]);
    held.release();
    await waitUntilDone(gpt.tenant, body.revocation_id);
  });

  it('leaves no tokens in the database', async () => {
    const { gpt } = await connectedGpt(20);
    const { body } = await revoke(gpt.tenant.runtime, { gpt_id: gpt.id });
    await waitUntilDone(gpt.tenant, body.revocation_id);
    const items = await revocationItems(world.app);
    expect(items).toHaveLength(20);
    for (const { tokens, authSecrets } of items) {
      expect({ tokens, authSecrets }).toEqual({ tokens: null, authSecrets: null });
    }
  });
});
