import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/index.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  // The list of due connections covers the deployment, so each test starts without the connections of the previous one.
  await world.app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Connection).execute());
});

const refreshes = () => world.provider.grants('refresh_token');
const refreshDue = (app = world.app) => app.get(BackgroundRefresh).refreshDue();

async function connectedUsers(count: number): Promise<EndUser[]> {
  const { gpt } = await world.notesGpt();
  const users = Array.from({ length: count }, (_, index) => new EndUser(gpt, `user-${index}`));
  await Promise.all(users.map((user) => user.signsIn()));
  world.provider.tokenRequests.length = 0;
  return users;
}

describe('the background refresh', () => {
  it('refreshes a token before a call would have to wait', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 58, seconds: 35 });
    expect(await refreshDue()).toBe(1);
    expect(refreshes()).toHaveLength(1);
    world.app.clock.advance({ minutes: 30 });
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(refreshes()).toHaveLength(1);
  });

  it('skips tokens that are valid for long', async () => {
    await world.connectedUser();
    world.app.clock.advance({ minutes: 57 });
    expect(await refreshDue()).toBe(0);
  });

  it('skips connections without a refresh token', async () => {
    const alice = await world.user();
    world.provider.behavior = { issuesRefreshTokens: false };
    await alice.signsIn();
    world.app.clock.advance({ hours: 48 });
    expect(await refreshDue()).toBe(0);
  });

  it('skips connections that have ended', async () => {
    const [alice, bob] = [await world.connectedUser('alice'), await world.connectedUser('bob')];
    await alice.disconnects();
    world.app.clock.advance({ hours: 1 });
    expect(await refreshDue()).toBe(1);
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 1 });
    expect(await refreshDue()).toBe(1);
    expect((await bob.connection()).status).toBe('reconnect_required');
    expect(await refreshDue()).toBe(0);
  });

  it('runs at the configured interval', async () => {
    const alice = await world.connectedUser();
    const { last_refreshed_at } = await alice.connection();
    expect(last_refreshed_at).toBeNull();
    world.app.clock.advance({ minutes: 59 });
    const busy = await world.app.replica({ REFRESH_INTERVAL_SECONDS: '1' });
    await eventually(
      () => alice.connection(),
      (connection) => connection.last_refreshed_at !== null,
    );
    expect(refreshes()).toHaveLength(1);
    await busy.stop();
  });

  it('security rule C29: refreshes a connection once when two replicas find it', async () => {
    const replica = await world.app.replica();
    world.provider.behavior = { rotates: true };
    const users = await connectedUsers(20);
    world.app.clock.advance({ hours: 2 });
    await Promise.all([refreshDue(), refreshDue(replica)]);
    expect(refreshes()).toHaveLength(20);
    for (const user of users) expect((await user.connection()).status).toBe('active');
    await replica.stop();
  });

  it('security rule C29: refreshes a connection once when a call finds it at the same time', async () => {
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    const [answer] = await Promise.all([alice.calls(), refreshDue(), alice.calls()]);
    expect(answer.body.outcome).toBe('completed');
    expect(refreshes()).toHaveLength(1);
  });
});

describe('unused connections', () => {
  it('are refreshed rarely, to keep their refresh tokens from expiring', async () => {
    const alice = await world.connectedUser();
    const rounds: number[] = [];
    // Advances four days hour by hour without a call.
    for (let hour = 1; hour <= 96; hour++) {
      world.app.clock.advance({ hours: 1 });
      rounds.push(await refreshDue());
    }
    const total = (from: number, to: number) => rounds.slice(from, to).reduce((sum, each) => sum + each, 0);
    expect(total(0, 23)).toBe(23);
    expect(total(24, 96)).toBeGreaterThanOrEqual(2);
    expect(total(24, 96)).toBeLessThanOrEqual(5);
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it('are refreshed even if the lifetime of their tokens is unknown', async () => {
    const alice = await world.user();
    world.provider.behavior = { expiresIn: null };
    await alice.signsIn();
    world.app.clock.advance({ hours: 12 });
    expect(await refreshDue()).toBe(0);
    world.app.clock.advance({ hours: 13 });
    expect(await refreshDue()).toBe(1);
    expect(refreshes()).toHaveLength(1);
  });
});

describe('one unusable row', () => {
  it.each<[string, (other: Connection) => string]>([
    ['that are not a ciphertext', () => 'poison'],
    ['that belong to another row', (other) => other.tokens ?? ''],
    ['with a modified byte', (other) => `${other.tokens?.slice(0, -8)}AAAAAAA=`],
  ])('does not stop the refresh of other rows: tokens %s', async (_, poison) => {
    const users = await connectedUsers(12);
    const [victim, other] = users as [EndUser, EndUser];
    await world.changeRow(await victim.connection(), { tokens: poison(await world.row(await other.connection())) });
    world.app.clock.advance({ hours: 2 });
    expect(await refreshDue()).toBe(12);
    expect(refreshes()).toHaveLength(11);
    for (const user of users.slice(1)) expect((await user.calls()).body.outcome).toBe('completed');
    expect(problemOf(await victim.calls())).toBe('503 credential_unavailable');
    expect(await refreshDue()).toBe(0);
    expect(await victim.connection()).toMatchObject({ status: 'active' });
    expect((await victim.disconnects()).status).toBe(204);
    await victim.signsIn();
    expect((await victim.calls()).body.outcome).toBe('completed');
  });
});

describe('the background refresh at a failing provider', () => {
  it('security rule C31: keeps the tokens and backs off', async () => {
    const [alice] = (await connectedUsers(1)) as [EndUser];
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    world.app.clock.advance({ minutes: 58, seconds: 35 });
    expect(await refreshDue()).toBe(1);
    expect(await refreshDue()).toBe(0);
    expect(refreshes()).toHaveLength(1);
    world.provider.behavior = {};
    world.app.clock.advance({ seconds: 10 });
    expect(await refreshDue()).toBe(1);
    expect(await alice.connection()).toMatchObject({ status: 'active', last_refreshed_at: expect.any(String) });
  });

  it('security rule C31: does not delay connections to other providers', async () => {
    const users = await connectedUsers(10);
    world.app.clock.advance({ hours: 2 });
    let asked = 0;
    world.provider.behavior = { tokenResponseFor: () => (asked++ % 2 ? { status: 500, body: 'oops' } : undefined) };
    await refreshDue();
    const renewed = await Promise.all(users.map(async (user) => (await user.connection()).last_refreshed_at !== null));
    expect(renewed.filter(Boolean)).toHaveLength(5);
  });
});

describe('a shutdown', () => {
  it('waits for token responses in flight and stores them', async () => {
    const replica = await world.app.replica();
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => {
      world.provider.behavior = { rotates: true, before: () => (resolve(), held) };
    });
    const round = refreshDue(replica);
    await asked;
    const stopped = replica.stop();
    release();
    await Promise.all([round, stopped]);
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(refreshes()).toHaveLength(1);
  });
});
