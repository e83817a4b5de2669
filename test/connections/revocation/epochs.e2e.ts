import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { advanceEpoch } from '../../../src/connections/store/epochs.js';
import { RevocationChunks } from '../../../src/connections/revocation/revocation-chunks.js';
import { Revoker } from '../../../src/connections/revocation/revoker.js';
import { Revocation } from '../../../src/connections/revocation/store/revocation.entity.js';
import { Database } from '../../../src/database/index.js';
import type { TestApp } from '../../support/app.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import {
  createGate,
  deleteRevocations,
  progressOf,
  revocationItems,
  sendDueRevocations,
} from '../../support/revocations.js';
import type { TestGpt, TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;
let app: TestApp;
let gpt: TestGpt;
let action: { id: string };
let tenant: TestTenant;
let alice: EndUser;

const revocation = () => ({ revocation_url: `${world.provider.url}/revoke` });

beforeAll(async () => {
  world = await OAuthWorld.start();
  app = world.app;
});

afterAll(() => world.stop());

beforeEach(async () => {
  await deleteRevocations(app);
  world.reset();
  world.provider.revokeGrants();
  world.provider.expireAccessTokens();
  tenant = await app.tenant();
  ({ gpt, action } = await world.notesGpt(revocation(), tenant));
  alice = new EndUser(gpt, 'alice');
});

/** Ends all connections of a tenant, a GPT or an action, as a process does that ends before any row has followed. */
function decide(scopeId: string, scope: object): Promise<string> {
  return app
    .get(Database)
    .tenant(tenant.id)
    .write(async (store) => {
      const id = await app.get(Revoker).begin(store, { scope, reason: 'disconnected' }, 1, { scopeId });
      await advanceEpoch(store, scopeId);
      // The lease keeps this process from following at once, as that of a process which has ended.
      await store.update(Revocation, { id }, { leaseUntil: app.clock.in(3_600_000) });
      return id;
    });
}

async function rawStatuses(): Promise<string[]> {
  const rows = (await app
    .get(Database)
    .read((manager) => manager.query(`SELECT status FROM connections WHERE tenant_id = '${tenant.id}'`))) as {
    status: string;
  }[];
  return rows.map(({ status }) => status);
}

const connections = async (query = '') => (await tenant.runtime.get(`/v1/connections?limit=200${query}`)).body.data;

describe('a connection that an epoch has ended, before its row was reached', () => {
  it.each<[string, () => [string, object]]>([
    ['tenant', () => [tenant.id, { all: true }]],
    ['GPT', () => [gpt.id, { gpt_id: gpt.id }]],
    ['action', () => [action.id, { action_id: action.id }]],
  ])('of the %s is not used and reads as revoked', async (_, scopeOf) => {
    await alice.signsIn();
    const [scopeId, scope] = scopeOf();
    await decide(scopeId, scope);
    expect(await rawStatuses()).toEqual(['active']);
    expect((await alice.calls()).body).toMatchObject({
      outcome: 'sign_in_required',
      sign_in: { reason: 'revoked' },
    });
    const [listed] = await connections();
    expect(listed.status).toBe('revoked');
    expect((await tenant.runtime.get(`/v1/connections/${listed.id}`)).body.status).toBe('revoked');
    expect(await connections('&status=active')).toEqual([]);
    expect(await connections('&status=revoked')).toHaveLength(1);
    const dryRun = await tenant.admin.post('/v1/connections/revoke', { all: true, dry_run: true });
    expect(dryRun.body).toEqual({ count: 0 });
  });

  it('is not refreshed, neither by a call nor in the background', async () => {
    await alice.signsIn();
    await decide(action.id, { action_id: action.id });
    app.clock.advance({ hours: 2 });
    await alice.calls();
    await app.get(BackgroundRefresh).refreshDue();
    expect(world.provider.grants('refresh_token')).toEqual([]);
  });

  it('does not concern another GPT or tenant', async () => {
    const other = await world.notesGpt({}, await app.tenant('Other'));
    const bob = new EndUser(other.gpt, 'bob');
    await bob.signsIn();
    await alice.signsIn();
    await decide(tenant.id, { all: true });
    expect((await bob.calls()).body.outcome).toBe('completed');
  });

  it('is active again after a sign-in, and its old tokens are revoked at the provider', async () => {
    await alice.signsIn();
    await decide(action.id, { action_id: action.id });
    await alice.signsIn();
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(await revocationItems(app)).toHaveLength(1);
    app.clock.advance({ hours: 2 });
    await app.get(RevocationChunks).followAll();
    expect(await rawStatuses()).toEqual(['active']);
  });

  it('is ended by another process once the lease has expired, and its tokens are revoked at the provider', async () => {
    await alice.signsIn();
    const id = await decide(gpt.id, { gpt_id: gpt.id });
    await app.get(RevocationChunks).followAll();
    expect(await rawStatuses()).toEqual(['active']);
    expect(await progressOf(tenant, id)).toMatchObject({ status: 'running', ended_at: null });
    app.clock.advance({ hours: 2 });
    await sendDueRevocations(app);
    expect(await rawStatuses()).toEqual(['revoked']);
    expect(await progressOf(tenant, id)).toMatchObject({ status: 'done', provider: { confirmed: 1 } });
    expect([...world.provider.refreshTokens, ...world.provider.accessTokens]).toEqual([]);
  });

  it('keeps a call from using the tokens of a refresh that was in flight, which are revoked too', async () => {
    await alice.signsIn();
    app.clock.advance({ hours: 2 });
    const held = createGate();
    world.provider.simulate('rotates', { after: () => held.released });
    const call = alice.calls();
    await eventually(
      () => world.provider.grants('refresh_token').length,
      (count) => count === 1,
    );
    await decide(action.id, { action_id: action.id });
    held.release();
    expect((await call).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
    app.clock.advance({ hours: 2 });
    await sendDueRevocations(app);
    expect([...world.provider.refreshTokens, ...world.provider.accessTokens]).toEqual([]);
  });
});

describe('many connections', () => {
  const COUNT = 1200;

  beforeEach(() => connectMany(app, gpt, action, COUNT), 60_000);

  it.each<[string, () => object]>([
    ['an action', () => ({ action_id: action.id })],
    ['a prefix of users', () => ({ gpt_id: gpt.id, user_prefix: 'user-' })],
  ])(
    'of %s end in chunks, each with a revocation at the provider',
    async (_, scope) => {
      const { body } = await tenant.admin.post('/v1/connections/revoke', scope());
      expect(body.revoked).toBe(COUNT);
      expect(await connections('&status=active')).toEqual([]);
      await eventually(rawStatuses, (statuses) => statuses.every((status) => status === 'revoked'), 30_000);
      expect(await revocationItems(app)).toHaveLength(COUNT);
    },
    60_000,
  );

  it('are ended with the old client when the endpoints of their action change', async () => {
    const auth = world.provider.schema({ ...revocation(), token_url: `${world.provider.url}/other-token` });
    expect((await tenant.admin.patch(`${gpt.path}/actions/${action.id}`, { auth })).status).toBe(200);
    await eventually(rawStatuses, (statuses) => statuses.every((status) => status === 'revoked'), 30_000);
    const items = await revocationItems(app);
    expect(items).toHaveLength(COUNT);
    expect(new Set(items.map(({ authSettings }) => authSettings['token_url']))).toEqual(
      new Set([`${world.provider.url}/token`]),
    );
  }, 60_000);

  it('are deleted with their tenant', async () => {
    expect((await app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
    expect(await rawStatuses()).toEqual([]);
  }, 60_000);

  it.each<[string, () => string]>([
    ['action', () => `${gpt.path}/actions/${action.id}`],
    ['GPT', () => gpt.path],
  ])(
    'are revoked at the provider when their %s is deleted',
    async (_, path) => {
      expect((await tenant.admin.delete(path())).status).toBe(204);
      expect(await rawStatuses()).toEqual([]);
      expect(await revocationItems(app)).toHaveLength(COUNT);
      const rows = await app
        .get(Database)
        .tenant(tenant.id)
        .read((store) => store.count(Connection, {}));
      expect(rows).toBe(0);
    },
    60_000,
  );
});
