import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, signInBecause } from '../../support/refreshing.js';
import { database } from '../../support/test-database.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

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
