import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/index.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import type { TestApp } from '../../support/app.js';
import type { ApiResponse } from '../../support/client.js';
import type { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, holdTokenRequest, signInRequired } from '../../support/token-requests.js';

let world: OAuthWorld;
let replica: TestApp;

beforeAll(async () => {
  world = await OAuthWorld.start();
  replica = await world.app.replica();
});

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

describe('security rule C30: an invalid_grant response', () => {
  it('security rule C30: leads to the tokens that another replica has stored in the meantime', async () => {
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    // The first replica is blocked beyond its lease; the second takes over and uses the refresh token.
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.at(replica).calls()).toMatchObject(completed);
    release();
    expect(await late).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
    expect(new Set(sentTokens()).size).toBe(1);
    expect(new Set(world.api.requests.map(({ headers }) => headers['authorization'])).size).toBe(1);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('security rule C30: leads to the tokens of a sign-in that completed in the meantime', async () => {
    world.provider.behavior = { expiresIn: 120 };
    const alice = await world.user();
    const [laptop, phone] = [await alice.signsInAtProvider(), await alice.signsInAtProvider()];
    await laptop.returns();
    world.app.clock.advance({ minutes: 2 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    world.provider.revokeGrants();
    await phone.returns();
    release();
    expect(await late).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect(await alice.calls()).toMatchObject(completed);
  });

  it('does not overwrite newer tokens if the replica was stopped past its lease', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    world.app.clock.advance({ minutes: 2 });
    await alice.at(replica).calls();
    const newer = world.api.last.headers['authorization'];
    release();
    expect(await late).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests.map(({ headers }) => headers['authorization'])).toEqual([newer, newer, newer]);
  });

  it('does not prevent a late token response from being stored if there are no newer tokens', async () => {
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    await world.changeRow(await alice.connection(), { leaseOwner: 'call-of-another' });
    release();
    expect(await late).toMatchObject(completed);
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('leaves the connection revoked if it was disconnected during the refresh', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    await alice.disconnects();
    release();
    expect(await late).toMatchObject(signInRequired('revoked'));
    expect(await world.row(await alice.connection())).toMatchObject({ status: 'revoked', tokens: null });
  });
});

describe('security rule C30: a token response that arrives after another replica took over and was refused', () => {
  /** The provider has rotated the refresh token, and the replica that requested it is blocked beyond its lease. */
  async function refusedElsewhere(): Promise<{ alice: EndUser; late: Promise<ApiResponse>; release: () => void }> {
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider, 'after');
    const late = alice.calls();
    await arrived;
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.at(replica).calls()).toMatchObject(signInRequired('expired'));
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
    return { alice, late, release };
  }

  it('security rule C30: reactivates the connection, because its tokens are newer', async () => {
    const { alice, late, release } = await refusedElsewhere();
    release();
    expect(await late).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect(await alice.at(replica).calls()).toMatchObject(completed);
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(new Set(sentTokens()).size).toBe(2);
  });

  it('security rule C30: does not reactivate a connection that was disconnected since', async () => {
    const { alice, late, release } = await refusedElsewhere();
    await alice.disconnects();
    release();
    expect(await late).toMatchObject(signInRequired('revoked'));
    expect(await world.row(await alice.connection())).toMatchObject({ status: 'revoked', tokens: null });
  });

  it('security rule C30: does not replace the tokens of a later sign-in', async () => {
    const { alice, late, release } = await refusedElsewhere();
    await alice.at(replica).signsIn();
    const before = await world.row(await alice.connection());
    release();
    expect(await late).toMatchObject(completed);
    expect(await world.row(await alice.connection())).toMatchObject({ version: before.version, tokens: before.tokens });
  });
});

describe('a provider that revokes the grant when a refresh token is reused', () => {
  it('security rule C29: never sees a reuse, with any number of concurrent calls, background rounds and 401s', async () => {
    // The background refresh also covers connections of other tests.
    await world.app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Connection).execute());
    world.provider.behavior = { rotates: true, reuseEndsGrant: true };
    const alice = await world.connectedUser();
    for (let round = 0; round < 5; round++) {
      world.app.clock.advance({ minutes: 61 });
      if (round % 2) world.provider.expireAccessTokens();
      const callers = Array.from({ length: 60 }, (_, index) => (index % 2 ? alice : alice.at(replica)).calls());
      const rounds = [world.app, replica].map((app) => app.get(BackgroundRefresh).refreshDue());
      for (const answer of await Promise.all(callers)) expect(answer).toMatchObject(completed);
      await Promise.all(rounds);
    }
    expect(refreshes()).toHaveLength(5);
    expect(new Set(sentTokens()).size).toBe(5);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });
});

describe('a token endpoint that takes 12 seconds', () => {
  /** One caller waits for the provider; a second caller at another replica finds the connection leased. */
  async function twoCallers() {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, release } = holdTokenRequest(world.provider);
    const first = alice.calls();
    await arrived;
    return { alice, first, second: alice.at(replica).calls(), release };
  }

  it('security rule C29: gets one request: the lease outlives the token timeout, and other callers wait', async () => {
    const { alice, first, second, release } = await twoCallers();
    const { leaseUntil } = await world.row(await alice.connection());
    // TOKEN_TIMEOUT_SECONDS is 20.
    expect(Number(leaseUntil) - world.app.clock.now().getTime()).toBeGreaterThan(30_000);
    world.app.clock.advance({ seconds: 12 });
    release();
    for (const answer of await Promise.all([first, second])) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('security rule C29: gets one request even if other callers time out while waiting', async () => {
    const { first, second, release } = await twoCallers();
    let answer: ApiResponse | undefined;
    const waiting = second.then((value) => (answer = value));
    await eventually(
      () => world.app.clock.advance({ seconds: 1 }),
      () => answer !== undefined,
    );
    expect(problemOf(await waiting)).toBe('503 credential_unavailable');
    release();
    expect(await first).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });
});
