import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiResponse } from '../../support/client.js';
import type { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, holdTokenRequest, signInRequired } from '../../support/token-requests.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

describe('security rule C31: a failing provider', () => {
  const troubles: [string, object][] = [
    ['503', { tokenResponse: { status: 503, body: '' } }],
    ['429', { tokenResponse: { status: 429, body: '{"error":"slow_down"}' } }],
    ['a web page', { tokenResponse: { body: '<html>maintenance</html>' } }],
    ['an answer without a token', { tokenResponse: { body: '{}' } }],
    ['another refusal than invalid_grant', { tokenResponse: { status: 401, body: '{"error":"invalid_client"}' } }],
    ['a connection that is reset', { dropsConnections: true }],
  ];

  it.each(troubles)('security rule C31: %s: the tokens are kept and refreshed after recovery', async (_, behavior) => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    world.provider.behavior = behavior;
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    world.provider.behavior = {};
    world.app.clock.advance({ seconds: 10 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('security rule C31: timeout: the tokens are kept', async () => {
    const hasty = await world.app.replica({ TOKEN_TIMEOUT_SECONDS: '1' });
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { release } = holdTokenRequest(world.provider);
    expect(problemOf(await alice.at(hasty).calls())).toBe('503 credential_unavailable');
    release();
    world.app.clock.advance({ seconds: 10 });
    expect(await alice.at(hasty).calls()).toMatchObject(completed);
    await hasty.stop();
  });

  it('security rule C31: gets no request during a backoff that grows with each failure', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    const asked: number[] = [];
    for (const seconds of [0, 0, 7, 0, 5, 8, 10]) {
      world.app.clock.advance({ seconds });
      expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
      asked.push(refreshes().length);
    }
    // 3.75 to 6.25 s, then 7.5 to 12.5 s, then 15 to 25 s.
    expect(asked).toEqual([1, 1, 2, 2, 2, 3, 3]);
  });

  it('security rule C31: does not affect calls while the token is valid', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 59, seconds: 20 });
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    expect(await alice.calls()).toMatchObject(completed);
    const connection = await alice.connection();
    await eventually(
      () => world.row(connection),
      ({ refreshFailures }) => refreshFailures === 1,
    );
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'active', expires_at: connection.expires_at });
  });

  it('does not delay calls while the token is valid', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 59, seconds: 20 });
    const { arrived, release } = holdTokenRequest(world.provider);
    expect(await alice.calls()).toMatchObject(completed);
    await arrived;
    release();
    await eventually(
      () => alice.connection(),
      ({ last_refreshed_at }) => last_refreshed_at !== null,
    );
    expect(refreshes()).toHaveLength(1);
  });
});

describe('security rule C31: a provider that sends Retry-After', () => {
  /** Returns a user whose refresh failed with this Retry-After. */
  async function userWithRetryAfter(status: number, retryAfter: string): Promise<EndUser> {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    world.provider.behavior = { tokenResponse: { status, headers: { 'retry-after': retryAfter }, body: '' } };
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    world.provider.behavior = {};
    return alice;
  }

  const inTwoMinutes = () => new Date(world.app.clock.now().getTime() + 61 * 60_000 + 120_000).toUTCString();

  it.each<[string, number, () => string]>([
    ['429 and seconds', 429, () => '120'],
    ['503 and a date', 503, inTwoMinutes],
  ])('security rule C31: gets no request before that time: %s', async (_, status, retryAfter) => {
    const alice = await userWithRetryAfter(status, retryAfter());
    world.app.clock.advance({ seconds: 110 });
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(refreshes()).toHaveLength(1);
    // A tenth is added, so that connections are not all retried at the same time.
    world.app.clock.advance({ seconds: 25 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
  });

  it('security rule C31: gets another request after 15 minutes at the latest', async () => {
    const alice = await userWithRetryAfter(429, '86400');
    world.app.clock.advance({ minutes: 14 });
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(refreshes()).toHaveLength(1);
    world.app.clock.advance({ minutes: 3 });
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('a crash between the token response and the commit', () => {
  /** Simulates the state after kill -9: a lease without an owner. */
  async function leaseOfTheDead(alice: EndUser, seconds: number): Promise<void> {
    const leaseUntil = world.app.clock.in(seconds * 1000);
    await world.changeRow(await alice.connection(), { leaseOwner: 'call-of-the-dead', leaseUntil });
  }

  it('leads to one retry with the old refresh token, and to a sign-in if it was used', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, -1);
    world.provider.revokeGrants();
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
  });

  it('is recovered from if the old refresh token is still valid', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, -1);
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('does not make callers wait beyond their deadline while the lease lasts', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, 3600);
    let answer: ApiResponse | undefined;
    const call = alice.calls().then((value) => (answer = value));
    await eventually(
      () => world.app.clock.advance({ seconds: 1 }),
      () => answer !== undefined,
    );
    expect(problemOf(await call)).toBe('503 credential_unavailable');
    expect(refreshes()).toHaveLength(0);
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
  });
});
