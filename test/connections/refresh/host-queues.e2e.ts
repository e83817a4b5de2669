import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Action } from '../../../src/actions/index.js';
import { Database } from '../../../src/database/index.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { eventually } from '../../support/eventually.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld, type NotesAction } from '../../support/oauth-world.js';

let world: OAuthWorld;
let others: AuthorizationServer[];

beforeAll(async () => {
  world = await OAuthWorld.start();
  others = await Promise.all(Array.from({ length: 9 }, () => AuthorizationServer.start()));
});

afterAll(async () => {
  await world.stop();
  await Promise.all(others.map((provider) => provider.stop()));
});

beforeEach(async () => {
  world.reset();
  for (const provider of providers()) {
    provider.reset();
    provider.behavior = GRANTS;
  }
  await rows().write((manager) => manager.createQueryBuilder().delete().from(Connection).execute());
});

const providers = () => [world.provider, ...others];
const rows = () => world.app.get(Database);
const refreshDue = (app = world.app) => app.get(BackgroundRefresh).refreshDue();

/** Grants every token request. */
const GRANTS = {
  tokenResponseFor: () => ({ body: '{"access_token":"granted","refresh_token":"another","expires_in":3600}' }),
};

/** Creates due connections of one action. */
async function due(
  count: number,
  { provider = world.provider, minutesAgo = 1, tenant = world.tenant } = {},
): Promise<NotesAction> {
  const { gpt, action } = await world.notesGpt(provider.schema(), tenant);
  await connectMany(world.app, gpt, action, count, world.app.clock.in(-60_000 * minutesAgo));
  return action;
}

/** Blocks all token requests of a provider until they are released, and counts them. */
function hold(provider: AuthorizationServer): { release: () => void; maxConcurrent: () => number } {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const counts = { now: 0, most: 0 };
  const before = async () => {
    counts.most = Math.max(counts.most, ++counts.now);
    await held;
    counts.now--;
  };
  provider.behavior = { ...GRANTS, before };
  return { release, maxConcurrent: () => counts.most };
}

function stored(where: Partial<Pick<Connection, 'actionId' | 'version' | 'refreshFailures'>>): Promise<number> {
  return rows().read((manager) => manager.countBy(Connection, where));
}

const asked = (provider = world.provider) => provider.tokenRequests.length;

describe('a large number of due connections', () => {
  it('is refreshed in one round, eight at a time', async () => {
    const action = await due(1200);
    let [now, most] = [0, 0];
    const before = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    };
    world.provider.behavior = { ...GRANTS, before };
    expect(await refreshDue()).toBe(1200);
    expect([asked(), most]).toEqual([1200, 8]);
    expect(await stored({ actionId: action.id, version: 2 })).toBe(1200);
    expect(await refreshDue()).toBe(0);
  });

  it('security rule C29: is divided between two replicas without duplicate requests', async () => {
    const replica = await world.app.replica();
    await due(300);
    await Promise.all([refreshDue(), refreshDue(replica)]);
    expect(new Set(world.provider.tokenRequests.map(({ params }) => params['refresh_token'])).size).toBe(300);
    expect(asked()).toBe(300);
    await replica.stop();
  });

  it('causes at most 64 concurrent requests, eight per host', async () => {
    const holds = providers().map(hold);
    for (const provider of providers()) await due(10, { provider });
    const round = refreshDue();
    await eventually(
      () => providers().reduce((sum, provider) => sum + asked(provider), 0),
      (sum) => sum === 64,
    );
    expect(holds.map(({ maxConcurrent }) => maxConcurrent()).every((most) => most >= 6 && most <= 8)).toBe(true);
    for (const { release } of holds) release();
    expect(await round).toBe(100);
    expect(await stored({ version: 2 })).toBe(100);
  });
});

describe('a provider host', () => {
  it('delays only its own connections when it is slow', async () => {
    const [slow, fast] = providers() as [AuthorizationServer, AuthorizationServer];
    await due(100, { provider: slow, minutesAgo: 5 });
    const action = await due(100, { provider: fast });
    const { release } = hold(slow);
    const round = refreshDue();
    await eventually(
      () => stored({ actionId: action.id, version: 2 }),
      (count) => count === 100,
    );
    expect(asked(slow)).toBe(8);
    release();
    expect(await round).toBe(200);
    expect(asked(slow)).toBe(100);
  });

  it('serves another tenant while it is slow for one', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    // Holds only the first tenant's requests, which are as many as one tenant may have in flight.
    world.provider.behavior = { ...GRANTS, before: () => (asked() <= 8 ? held : Promise.resolve()) };
    await due(100, { minutesAgo: 5 });
    const round = refreshDue();
    await eventually(asked, (count) => count === 8);
    const action = await due(20, { tenant: await world.app.tenant() });
    const next = refreshDue();
    await eventually(
      () => stored({ actionId: action.id, version: 2 }),
      (count) => count === 20,
    );
    expect(asked()).toBe(8 + 20);
    release();
    await Promise.all([round, next]);
    expect(asked()).toBe(120);
  });

  it('does not stop later due connections from being found when it is slow', async () => {
    const [slow, fast] = providers() as [AuthorizationServer, AuthorizationServer];
    const replica = await world.app.replica({ REFRESH_INTERVAL_SECONDS: '1' });
    await due(20, { provider: slow });
    const { release } = hold(slow);
    await eventually(
      () => asked(slow),
      (count) => count === 8,
    );
    const action = await due(20, { provider: fast });
    await eventually(
      () => stored({ actionId: action.id, version: 2 }),
      (count) => count === 20,
    );
    expect(asked(slow)).toBe(8);
    release();
    await replica.stop();
  });

  it('is backed off from when it fails, and retried later', async () => {
    const [broken, fine] = providers() as [AuthorizationServer, AuthorizationServer];
    broken.behavior = { tokenResponse: { status: 503, body: '' } };
    const action = await due(200, { provider: broken, minutesAgo: 5 });
    await due(50, { provider: fine });
    expect(await refreshDue()).toBe(250);
    expect(asked(fine)).toBe(50);
    const tried = asked(broken);
    expect(tried).toBeGreaterThanOrEqual(8);
    expect(tried).toBeLessThan(24);
    expect(await stored({ actionId: action.id, refreshFailures: 1 })).toBe(tried);
    broken.behavior = GRANTS;
    world.app.clock.advance({ seconds: 10 });
    await refreshDue();
    expect(await stored({ actionId: action.id, version: 2 })).toBe(200);
  });

  it('still gets requests for other connections when it rejects some', async () => {
    const action = await due(40);
    let count = 0;
    const refuses = () => (count++ % 2 ? { status: 400, body: '{"error":"invalid_grant"}' } : undefined);
    world.provider.behavior = { tokenResponseFor: () => refuses() ?? GRANTS.tokenResponseFor() };
    await refreshDue();
    const states = await rows().read((manager) => manager.findBy(Connection, { actionId: action.id }));
    const refreshed = states.filter(({ version, refreshConcern }) => version === 2 && refreshConcern === null);
    const rejected = states.filter(({ version, refreshConcern }) => version === 1 && refreshConcern === 'grant');
    expect([refreshed.length, rejected.length]).toEqual([20, 20]);
  });
});

describe('an unusable connection', () => {
  it('causes no request and is retried after an hour', async () => {
    const action = await due(30);
    await rows().write((manager) => manager.update(Action, { id: action.id }, { authSecrets: 'poison' }));
    const fine = await due(30, { provider: others[0] });
    expect(await refreshDue()).toBe(60);
    expect([asked(), asked(others[0])]).toEqual([0, 30]);
    expect(await stored({ actionId: fine.id, version: 2 })).toBe(30);
    const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
    expect(metrics).toContain('countersign_token_refreshes_total{result="unusable"} 30');
    world.app.clock.advance({ minutes: 55 });
    expect(await refreshDue()).toBe(0);
    world.app.clock.advance({ minutes: 15 });
    await rows().write((manager) => manager.delete(Connection, { actionId: fine.id }));
    expect(await refreshDue()).toBe(30);
    expect(await stored({ actionId: action.id, refreshFailures: 2 })).toBe(30);
  });

  it('does not delay other connections: an action without a token URL', async () => {
    const action = await due(10);
    const authSettings = { client_id: 'countersign' };
    await rows().write((manager) => manager.update(Action, { id: action.id }, { authSettings }));
    await due(10, { provider: others[0] });
    expect(await refreshDue()).toBe(20);
    expect([asked(), asked(others[0])]).toEqual([0, 10]);
  });
});

describe('results stored in one transaction', () => {
  it('are stored even if one row has changed in the meantime', async () => {
    const action = await due(8);
    const { release } = hold(world.provider);
    const round = refreshDue();
    await eventually(asked, (count) => count === 8);
    const path = `/v1/connections?action_id=${action.id}`;
    const { data } = (await world.tenant.runtime.get(path)).body;
    await world.tenant.runtime.delete(`/v1/connections/${data[3].id}`);
    await rows().write((manager) => manager.delete(Connection, { id: data[5].id }));
    release();
    await round;
    const states = await rows().read((manager) => manager.findBy(Connection, { actionId: action.id }));
    expect(states.filter(({ status, version }) => status === 'active' && version === 2)).toHaveLength(6);
    expect(states.filter(({ status, tokens }) => status === 'revoked' && tokens === null)).toHaveLength(1);
  });
});

describe('a shutdown', () => {
  it('starts no more refreshes and stores those in flight', async () => {
    const replica = await world.app.replica();
    const action = await due(40);
    const { release } = hold(world.provider);
    const round = refreshDue(replica);
    await eventually(asked, (count) => count === 8);
    const stopped = replica.stop();
    release();
    await Promise.all([round, stopped]);
    expect(asked()).toBe(8);
    expect(await stored({ actionId: action.id, version: 2 })).toBe(8);
    // No replica has to wait for leases of refreshes that were not started.
    expect(await refreshDue()).toBe(32);
  });
});
