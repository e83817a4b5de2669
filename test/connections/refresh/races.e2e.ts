import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/index.js';
import { Connection } from '../../../src/connections/connection.entity.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background-refresh.js';
import type { TestApp } from '../../support/app.js';
import type { Answer } from '../../support/client.js';
import type { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, holdTokenRequest, signInBecause } from '../../support/refreshing.js';

let world: OAuthWorld;
let replica: TestApp;

beforeAll(async () => {
  world = await OAuthWorld.start();
  replica = await world.app.beside();
});

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

describe('C30 invalid_grant', () => {
  it('C30 uses the tokens that another replica has got meanwhile', async () => {
    world.provider.behaviour = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    // The first replica is stuck past its lease; the second takes over and spends the refresh token.
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.at(replica).calls()).toMatchObject(completed);
    letGo();
    expect(await late).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
    expect(new Set(sentTokens()).size).toBe(1);
    expect(new Set(world.api.requests.map(({ headers }) => headers['authorization'])).size).toBe(1);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('C30 uses the tokens of a sign-in that has ended meanwhile', async () => {
    world.provider.behaviour = { expiresIn: 120 };
    const alice = await world.user();
    const [laptop, phone] = [await alice.comesBack(), await alice.comesBack()];
    await laptop.returns();
    world.app.clock.advance({ minutes: 2 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    world.provider.revokeGrants();
    await phone.returns();
    letGo();
    expect(await late).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect(await alice.calls()).toMatchObject(completed);
  });

  it('fences off what a replica that was stopped past its lease brings back', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    world.app.clock.advance({ minutes: 2 });
    await alice.at(replica).calls();
    const newer = world.api.last.headers['authorization'];
    letGo();
    expect(await late).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests.map(({ headers }) => headers['authorization'])).toEqual([newer, newer, newer]);
  });

  it('keeps what a late answer brings while nobody has newer tokens, whoever has the lease by then', async () => {
    world.provider.behaviour = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    await world.changeRow(await alice.connection(), { leaseOwner: 'call-of-another' });
    letGo();
    expect(await late).toMatchObject(completed);
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('ends for good where a disconnect comes while the provider is asked', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const late = alice.calls();
    await arrived;
    await alice.disconnects();
    letGo();
    expect(await late).toMatchObject(signInBecause('revoked'));
    expect(await world.row(await alice.connection())).toMatchObject({ status: 'revoked', tokens: null });
  });
});

describe('C30 an answer that comes after another replica has taken over and was refused', () => {
  /** The provider has replaced the refresh token; the one who asked for that is stuck past its lease. */
  async function refusedElsewhere(): Promise<{ alice: EndUser; late: Promise<Answer>; letGo: () => void }> {
    world.provider.behaviour = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider, 'after');
    const late = alice.calls();
    await arrived;
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.at(replica).calls()).toMatchObject(signInBecause('expired'));
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
    return { alice, late, letGo };
  }

  it('C30 brings the connection back: its tokens are newer than the one that was refused', async () => {
    const { alice, late, letGo } = await refusedElsewhere();
    letGo();
    expect(await late).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect(await alice.at(replica).calls()).toMatchObject(completed);
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(new Set(sentTokens()).size).toBe(2);
  });

  it('C30 does not bring back what was disconnected since', async () => {
    const { alice, late, letGo } = await refusedElsewhere();
    await alice.disconnects();
    letGo();
    expect(await late).toMatchObject(signInBecause('revoked'));
    expect(await world.row(await alice.connection())).toMatchObject({ status: 'revoked', tokens: null });
  });

  it('C30 does not replace what the user has signed in to since', async () => {
    const { alice, late, letGo } = await refusedElsewhere();
    await alice.at(replica).signsIn();
    const before = await world.row(await alice.connection());
    letGo();
    expect(await late).toMatchObject(completed);
    expect(await world.row(await alice.connection())).toMatchObject({ version: before.version, tokens: before.tokens });
  });
});

describe('a provider that ends the grant when a refresh token is used again', () => {
  it('C29 never has a reason to, however many callers, rounds of the background and 401s come together', async () => {
    // The background sees those of other tests too.
    await world.app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Connection).execute());
    world.provider.behaviour = { rotates: true, reuseEndsGrant: true };
    const alice = await world.connectedUser();
    for (let round = 0; round < 5; round++) {
      world.app.clock.advance({ minutes: 61 });
      if (round % 2) world.provider.expireAccessTokens();
      const callers = Array.from({ length: 60 }, (_, index) => (index % 2 ? alice : alice.at(replica)).calls());
      const rounds = [world.app, replica].map((app) => app.get(BackgroundRefresh).renewDue());
      for (const answer of await Promise.all(callers)) expect(answer).toMatchObject(completed);
      await Promise.all(rounds);
    }
    expect(refreshes()).toHaveLength(5);
    expect(new Set(sentTokens()).size).toBe(5);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });
});

describe('a token endpoint that takes 12 seconds', () => {
  /** One caller waits for the provider; a second one, elsewhere, finds the connection taken. */
  async function twoCallers() {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequest(world.provider);
    const first = alice.calls();
    await arrived;
    return { alice, first, second: alice.at(replica).calls(), letGo };
  }

  it('C29 is asked once: the lease outlives the token timeout, and others wait', async () => {
    const { alice, first, second, letGo } = await twoCallers();
    const { leaseUntil } = await world.row(await alice.connection());
    // TOKEN_TIMEOUT_SECONDS is 20.
    expect(Number(leaseUntil) - world.app.clock.now().getTime()).toBeGreaterThan(30_000);
    world.app.clock.advance({ seconds: 12 });
    letGo();
    for (const answer of await Promise.all([first, second])) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('C29 is asked once where it takes longer than others can wait: they go without', async () => {
    const { first, second, letGo } = await twoCallers();
    let answer: Answer | undefined;
    const waiting = second.then((value) => (answer = value));
    await eventually(
      () => world.app.clock.advance({ seconds: 1 }),
      () => answer !== undefined,
    );
    expect(problemOf(await waiting)).toBe('503 credential_unavailable');
    letGo();
    expect(await first).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });
});
