import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../../support/app.js';
import type { Answer } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { database } from '../../support/test-database.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);
const completed = { status: 200, body: { outcome: 'completed', response: { status: 200 } } };
const signInBecause = (reason: string) => ({ status: 200, body: { outcome: 'sign_in_required', sign_in: { reason } } });

/** Holds the next token request until it is let go. */
function holdTokenRequests(): { arrived: Promise<void>; letGo: () => void } {
  let letGo = () => {};
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let isFirst = true;
  world.provider.behaviour.before = async () => {
    if (!isFirst) return;
    isFirst = false;
    arrive();
    await held;
  };
  return { arrived, letGo };
}

describe('an access token that has expired', () => {
  it('is renewed unseen', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
    const { last_refreshed_at, expires_at, status } = await alice.connection();
    expect(status).toBe('active');
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.parse(last_refreshed_at));
  });

  it('is not asked for while it is good', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 58 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(0);
  });

  it('asks the user to sign in where there is no refresh token', async () => {
    const alice = await world.user();
    world.provider.behaviour = { issuesRefreshTokens: false };
    await alice.signsIn();
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
  });

  it('asks the user to sign in where the grant has gone, and asks the provider no more', async () => {
    const alice = await world.connectedUser();
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
    await alice.signsIn();
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('C28 the refresh token', () => {
  it('C28 is replaced by a new one', async () => {
    world.provider.behaviour = { rotates: true };
    const alice = await world.connectedUser();
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(new Set(sentTokens()).size).toBe(3);
  });

  it('C28 stays where the answer has none', async () => {
    const alice = await world.connectedUser();
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(refreshes()).toHaveLength(3);
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('C28 stays where the answer has an empty one', async () => {
    const alice = await world.connectedUser();
    world.provider.behaviour = { extra: { refresh_token: '' } };
    for (let round = 0; round < 2; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('keeps the scope where the answer names none', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    expect((await alice.connection()).scope).toBe('notes:read notes:write');
  });
});

describe('C29 one refresh for all', () => {
  it('C29 however many callers at however many replicas want it', async () => {
    const replica = database === 'mariadb' ? await world.app.beside() : undefined;
    const alice = await world.connectedUser();
    const atEach = [alice, replica ? alice.at(replica) : alice];
    world.provider.behaviour = { rotates: true };
    world.app.clock.advance({ minutes: 61 });
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => atEach[index % 2]?.calls()));
    expect(refreshes()).toHaveLength(1);
    expect(answers.filter((answer) => answer?.body.outcome !== 'completed')).toEqual([]);
    const used = new Set(world.api.requests.map(({ headers }) => headers['authorization']));
    expect([used.size, world.api.requests.length]).toEqual([1, 500]);
    await replica?.stop();
  });

  it('C29 and one for each user, when many are due together', async () => {
    const { gpt } = await world.notesGpt();
    const users = Array.from({ length: 10 }, (_, index) => new EndUser(gpt, `user-${index}`));
    await Promise.all(users.map((user) => user.signsIn()));
    world.app.clock.advance({ minutes: 61 });
    const calls = users.flatMap((user) => Array.from({ length: 5 }, () => user.calls()));
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(10);
    expect(new Set(sentTokens()).size).toBe(10);
  });

  it('C29 after a 401 that many callers get together', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 50 }, () => alice.calls()));
    for (const answer of answers) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });
});

describe('C30 invalid_grant', () => {
  let replica: TestApp;

  beforeAll(async () => {
    replica = await world.app.beside();
  });

  afterAll(() => replica.stop());

  it('C30 uses the tokens that another replica has got meanwhile', async () => {
    world.provider.behaviour = { rotates: true };
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { arrived, letGo } = holdTokenRequests();
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
    const { arrived, letGo } = holdTokenRequests();
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
    const { arrived, letGo } = holdTokenRequests();
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
    const { arrived, letGo } = holdTokenRequests();
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
    const { arrived, letGo } = holdTokenRequests();
    const late = alice.calls();
    await arrived;
    await alice.disconnects();
    letGo();
    expect(await late).toMatchObject(signInBecause('revoked'));
    expect(await world.row(await alice.connection())).toMatchObject({ status: 'revoked', tokens: null });
  });
});

describe('C31 a provider in trouble', () => {
  const troubles: [string, object][] = [
    ['503', { tokenAnswer: { status: 503, body: '' } }],
    ['429', { tokenAnswer: { status: 429, body: '{"error":"slow_down"}' } }],
    ['a web page', { tokenAnswer: { body: '<html>maintenance</html>' } }],
    ['an answer without a token', { tokenAnswer: { body: '{}' } }],
    ['another refusal than invalid_grant', { tokenAnswer: { status: 401, body: '{"error":"invalid_client"}' } }],
    ['a connection that is reset', { dropsConnections: true }],
  ];

  it.each(troubles)('C31 %s: keeps the tokens, and goes on when it is over', async (_, behaviour) => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    world.provider.behaviour = behaviour;
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    world.provider.behaviour = {};
    world.app.clock.advance({ seconds: 10 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('C31 no answer in time: keeps the tokens', async () => {
    const hasty = await world.app.beside({ TOKEN_TIMEOUT_SECONDS: '1' });
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    const { letGo } = holdTokenRequests();
    expect(problemOf(await alice.at(hasty).calls())).toBe('503 credential_unavailable');
    letGo();
    world.app.clock.advance({ seconds: 10 });
    expect(await alice.at(hasty).calls()).toMatchObject(completed);
    await hasty.stop();
  });

  it('C31 leaves it alone for a while, longer each time', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 61 });
    world.provider.behaviour = { tokenAnswer: { status: 503, body: '' } };
    const asked: number[] = [];
    for (const seconds of [0, 0, 7, 0, 5, 8, 10]) {
      world.app.clock.advance({ seconds });
      expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
      asked.push(refreshes().length);
    }
    // 3.75 to 6.25 s, then 7.5 to 12.5 s, then 15 to 25 s.
    expect(asked).toEqual([1, 1, 2, 2, 2, 3, 3]);
  });

  it('C31 serves the token while it is still good', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 59, seconds: 20 });
    world.provider.behaviour = { tokenAnswer: { status: 503, body: '' } };
    expect(await alice.calls()).toMatchObject(completed);
    const connection = await alice.connection();
    await eventually(
      () => world.row(connection),
      ({ failures }) => failures === 1,
    );
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'active', expires_at: connection.expires_at });
  });

  it('nobody waits for the next token while the one there is good for a while', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 59, seconds: 20 });
    const { arrived, letGo } = holdTokenRequests();
    expect(await alice.calls()).toMatchObject(completed);
    await arrived;
    letGo();
    await eventually(
      () => alice.connection(),
      ({ last_refreshed_at }) => last_refreshed_at !== null,
    );
    expect(refreshes()).toHaveLength(1);
  });
});

describe('C32 a 401 of the API', () => {
  const unauthorized = { status: 401, body: { error: 'invalid_token' } };

  it('C32 is answered with a new token, once', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests).toHaveLength(2);
    expect(refreshes()).toHaveLength(1);
  });

  it('C32 is the result when it comes again', async () => {
    const alice = await world.connectedUser();
    world.api.answers(() => unauthorized);
    const { body } = await alice.calls();
    expect(body).toMatchObject({ outcome: 'completed', response: unauthorized });
    expect(world.api.requests).toHaveLength(2);
    expect(refreshes()).toHaveLength(1);
    expect(new Set(world.api.requests.map(({ headers }) => headers['authorization'])).size).toBe(2);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('C32 asks the user to sign in where the grant has gone', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    world.provider.revokeGrants();
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(world.api.requests).toHaveLength(1);
  });

  it('C32 asks the user to sign in where there is no refresh token', async () => {
    const alice = await world.user();
    world.provider.behaviour = { issuesRefreshTokens: false, expiresIn: null };
    await alice.signsIn();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(refreshes()).toHaveLength(0);
  });

  it('C31 is credential_unavailable where the provider is in trouble too', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    world.provider.behaviour = { tokenAnswer: { status: 503, body: '' } };
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('heals a clock that is behind: the API knows better when the token ends', async () => {
    world.provider.behaviour = { expiresIn: 86_400 };
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('a crash between the token answer and the commit', () => {
  /** What kill −9 leaves: a lease that nobody holds any more. */
  async function leaseOfTheDead(alice: EndUser, seconds: number): Promise<void> {
    const leaseUntil = world.app.clock.in(seconds * 1000);
    await world.changeRow(await alice.connection(), { leaseOwner: 'call-of-the-dead', leaseUntil });
  }

  it('tries the old refresh token once, and asks the user to sign in when it is spent', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, -1);
    world.provider.revokeGrants();
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(await alice.calls()).toMatchObject(signInBecause('expired'));
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
  });

  it('goes on where the old refresh token is still good', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, -1);
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('answers callers by their deadline while the lease lasts', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await leaseOfTheDead(alice, 3600);
    let answer: Answer | undefined;
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
