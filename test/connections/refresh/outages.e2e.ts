import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { RefreshLease } from '../../../src/connections/refresh/lease.js';
import { Metrics } from '../../../src/metrics/index.js';
import type { TestApp } from '../../support/app.js';
import { refuseWrites, type RefusedWrites } from '../../support/database-faults.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { Statements } from '../../support/statements.js';
import { completed, holdTokenRequest } from '../../support/token-requests.js';

/** More attempts than fit into the pauses of a short outage. */
const MANY_ATTEMPTS = 12;

let world: OAuthWorld;
let replica: TestApp;
let refused: RefusedWrites | undefined;

beforeAll(async () => {
  world = await OAuthWorld.start();
  replica = await world.app.replica();
});

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

beforeEach(() => {
  world.reset();
  // A provider that ends the grant if a refresh token is used twice.
  world.provider.behavior = { rotates: true, reuseEndsGrant: true };
});

afterEach(async () => {
  refused?.repair();
  await eventually(heldResults, (count) => count === 0);
});

const refreshes = () => world.provider.grants('refresh_token');

async function heldResults(app: TestApp = world.app): Promise<number> {
  const { values } = await app.get(Metrics).heldWrites.get();
  return values.find(({ labels }) => labels.kind === 'refresh')?.value ?? 0;
}

/** Starts a call whose token is refreshed, and makes the database refuse all writes when the provider has granted new tokens. */
async function refreshDuringOutage(options: Parameters<typeof refuseWrites>[1] = {}, minutes = 61, user?: EndUser) {
  const alice = user ?? (await world.connectedUser());
  world.app.clock.advance({ minutes });
  const { arrived, release } = holdTokenRequest(world.provider, 'after');
  const call = alice.calls();
  await arrived;
  refused = refuseWrites(world.app, options);
  release();
  return { alice, call, outage: refused };
}

async function storedAfter(alice: EndUser, outage: RefusedWrites): Promise<void> {
  outage.repair();
  await eventually(heldResults, (count) => count === 0);
  expect(await alice.connection()).toMatchObject({ status: 'active' });
}

describe('tokens that were granted while the database refuses writes', () => {
  it('are stored when it accepts them again, however long that takes', async () => {
    const { alice, call, outage } = await refreshDuringOutage();
    expect(problemOf(await call)).toBe('503 credential_unavailable');
    await eventually(
      () => outage.count,
      (count) => count >= MANY_ATTEMPTS,
      30_000,
    );
    expect(await heldResults()).toBe(1);
    await storedAfter(alice, outage);
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
    // The new refresh token is the stored one.
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
  }, 60_000);

  it('reach a caller that waits, if the outage is short', async () => {
    const { call, outage } = await refreshDuringOutage();
    await eventually(
      () => outage.count,
      (count) => count >= 2,
    );
    outage.repair();
    expect(await call).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('are stored after a failure of an unknown kind', async () => {
    const error = new Error('the node is read-only');
    const { alice, call, outage } = await refreshDuringOutage({ error });
    expect(problemOf(await call)).toBe('503 credential_unavailable');
    await storedAfter(alice, outage);
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('are stored if they could not even be sealed, because the data key could not be read', async () => {
    const { alice, call, outage } = await refreshDuringOutage({ reads: true });
    expect((await call).status).toBe(503);
    await storedAfter(alice, outage);
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('do not stop calls whose access token is still valid', async () => {
    const { alice, call, outage } = await refreshDuringOutage({}, 59);
    expect(await call).toMatchObject(completed);
    await eventually(heldResults, (count) => count === 1);
    expect(await alice.calls()).toMatchObject(completed);
    await storedAfter(alice, outage);
  });

  it('keep other refreshes from beginning', async () => {
    const bob = await world.connectedUser('bob');
    const { alice, outage } = await refreshDuringOutage();
    await eventually(heldResults, (count) => count === 1);
    world.provider.tokenRequests.length = 0;
    expect(problemOf(await bob.calls())).toBe('503 credential_unavailable');
    await world.app.get(BackgroundRefresh).refreshDue();
    expect(refreshes()).toHaveLength(0);
    await storedAfter(alice, outage);
    expect(await bob.calls()).toMatchObject(completed);
  });
});

describe('the other replica', () => {
  it('does not take a lease that expired while the database was away, until the holder has stored its tokens', async () => {
    const { alice, outage } = await refreshDuringOutage({ reads: true });
    await eventually(heldResults, (count) => count === 1);
    const elsewhere = refuseWrites(replica, { reads: true });
    for (const minutes of [0, 0.4, 0.4, 0.4, 0.4]) {
      world.app.clock.advance({ minutes });
      await expect(replica.get(RefreshLease).checkDatabase()).rejects.toThrow('does not respond');
    }
    elsewhere.repair();
    const call = alice.at(replica).calls();
    await storedAfter(alice, outage);
    expect(await call).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('is not overwritten if it took the lease and stored its tokens first', async () => {
    world.provider.behavior = {};
    const { alice, outage } = await refreshDuringOutage();
    await eventually(heldResults, (count) => count === 1);
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.at(replica).calls()).toMatchObject(completed);
    const before = await world.row(await alice.connection());
    await storedAfter(alice, outage);
    expect(await world.row(await alice.connection())).toMatchObject({ tokens: before.tokens, version: before.version });
  });

  it('does not end the connection if it took the lease and was refused', async () => {
    world.provider.behavior = { rotates: true };
    const { alice, outage } = await refreshDuringOutage();
    await eventually(heldResults, (count) => count === 1);
    world.app.clock.advance({ minutes: 2 });
    await alice.at(replica).calls();
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
    await storedAfter(alice, outage);
    expect(await alice.at(replica).calls()).toMatchObject(completed);
  });

  it('finds the lease renewed before the tokens are stored', async () => {
    const { alice, outage } = await refreshDuringOutage();
    await eventually(heldResults, (count) => count === 1);
    const statements = await Statements.of(world.app);
    const { statements: sent } = await statements.during(() => storedAfter(alice, outage));
    const writes = sent.map(({ sql }) => sql).filter((sql) => /^UPDATE .connections. SET .lease|^INSERT/.test(sql));
    expect(writes[0]).toMatch(/^UPDATE .connections. SET .lease_owner. = \?, .lease_until. = \? WHERE/);
    expect(writes[1]).toMatch(/^INSERT INTO .traces./);
  });

  it('keeps a lease that it has taken, and a row that it has changed', async () => {
    const lease = world.app.get(RefreshLease);
    const connection = await (await world.connectedUser()).connection();
    const own = { leaseOwner: lease.owner, leaseUntil: world.app.clock.in(-1000) };
    await world.changeRow(connection, own);
    const row = await world.row(connection);
    await lease.renew([{ ...row, version: row.version - 1 }]);
    expect(await world.row(connection)).toEqual(row);
    await lease.renew([row]);
    expect(Number((await world.row(connection)).leaseUntil)).toBeGreaterThan(world.app.clock.now().getTime());
    await world.changeRow(connection, { ...own, leaseOwner: 'another' });
    await lease.renew([row]);
    expect(await world.row(connection)).toMatchObject({ ...own, leaseOwner: 'another' });
  });
});

it('tokens of a tenant that was deleted during the outage are dropped', async () => {
  const tenant = await world.app.tenant('Gone');
  const { gpt } = await world.notesGpt({}, tenant);
  const alice = new EndUser(gpt, 'alice');
  await alice.signsIn();
  const { outage } = await refreshDuringOutage({}, 61, alice);
  await eventually(heldResults, (count) => count === 1);
  expect((await replica.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
  outage.repair();
  await eventually(heldResults, (count) => count === 0);
});

describe('a shutdown', () => {
  it('waits until the tokens are stored', async () => {
    const { alice, outage } = await refreshDuringOutage();
    await eventually(heldResults, (count) => count === 1);
    const restarting = world.app.restart();
    await eventually(
      () => outage.count,
      (count) => count >= MANY_ATTEMPTS,
      30_000,
    );
    outage.repair();
    await restarting;
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  }, 60_000);
});
