import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, signInRequired } from '../../support/token-requests.js';
import { database } from '../../support/test-database.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

describe('an expired access token', () => {
  it('is refreshed without the caller noticing', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
    const { last_refreshed_at, expires_at, status } = await alice.connection();
    expect(status).toBe('active');
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.parse(last_refreshed_at));
  });

  it('is not refreshed while it is valid', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ minutes: 58 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(0);
  });

  it('leads to a sign-in if there is no refresh token', async () => {
    const alice = await world.user();
    world.provider.behavior = { issuesRefreshTokens: false };
    await alice.signsIn();
    world.app.clock.advance({ minutes: 61 });
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
  });

  it('leads to a sign-in if the grant was revoked, without further requests', async () => {
    const alice = await world.connectedUser();
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(refreshes()).toHaveLength(1);
    expect(await alice.connection()).toMatchObject({ status: 'reconnect_required' });
    await alice.signsIn();
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('security rule C28: the refresh token', () => {
  it('security rule C28: is replaced by the new one in the response', async () => {
    world.provider.behavior = { rotates: true };
    const alice = await world.connectedUser();
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(new Set(sentTokens()).size).toBe(3);
  });

  it('security rule C28: is kept if the response has none', async () => {
    const alice = await world.connectedUser();
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(refreshes()).toHaveLength(3);
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('security rule C28: is kept if the response has an empty one', async () => {
    const alice = await world.connectedUser();
    world.provider.behavior = { extra: { refresh_token: '' } };
    for (let round = 0; round < 2; round++) {
      world.app.clock.advance({ hours: 2 });
      expect(await alice.calls()).toMatchObject(completed);
    }
    expect(new Set(sentTokens()).size).toBe(1);
  });

  it('keeps the scope if the response has none', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    expect((await alice.connection()).scope).toBe('notes:read notes:write');
  });
});

describe('security rule C29: concurrent refreshes', () => {
  it('security rule C29: cause one request for any number of callers at any number of replicas', async () => {
    const replica = database === 'sqlite' ? undefined : await world.app.replica();
    const alice = await world.connectedUser();
    const atEach = [alice, replica ? alice.at(replica) : alice];
    world.provider.behavior = { rotates: true };
    world.app.clock.advance({ minutes: 61 });
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => atEach[index % 2]?.calls()));
    expect(refreshes()).toHaveLength(1);
    expect(answers.filter((answer) => answer?.body.outcome !== 'completed')).toEqual([]);
    const used = new Set(world.api.requests.map(({ headers }) => headers['authorization']));
    expect([used.size, world.api.requests.length]).toEqual([1, 500]);
    await replica?.stop();
  });

  it('security rule C29: cause one request per user if many users are due at the same time', async () => {
    const { gpt } = await world.notesGpt();
    const users = Array.from({ length: 10 }, (_, index) => new EndUser(gpt, `user-${index}`));
    await Promise.all(users.map((user) => user.signsIn()));
    world.app.clock.advance({ minutes: 61 });
    const calls = users.flatMap((user) => Array.from({ length: 5 }, () => user.calls()));
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(10);
    expect(new Set(sentTokens()).size).toBe(10);
  });

  it('security rule C29: cause one request after concurrent 401 responses', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 50 }, () => alice.calls()));
    for (const answer of answers) expect(answer).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });
});

describe('security rule C32: a 401 response of the upstream', () => {
  const unauthorized = { status: 401, body: { error: 'invalid_token' } };

  it('security rule C32: leads to one retry with a new token', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests).toHaveLength(2);
    expect(refreshes()).toHaveLength(1);
  });

  it('security rule C32: is returned if the retry fails too', async () => {
    const alice = await world.connectedUser();
    world.api.respondWith(() => unauthorized);
    const { body } = await alice.calls();
    expect(body).toMatchObject({ outcome: 'completed', response: unauthorized });
    expect(world.api.requests).toHaveLength(2);
    expect(refreshes()).toHaveLength(1);
    expect(new Set(world.api.requests.map(({ headers }) => headers['authorization'])).size).toBe(2);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('security rule C32: leads to a sign-in if the grant was revoked', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    world.provider.revokeGrants();
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(world.api.requests).toHaveLength(1);
  });

  it('security rule C32: leads to a sign-in if there is no refresh token', async () => {
    const alice = await world.user();
    world.provider.behavior = { issuesRefreshTokens: false, expiresIn: null };
    await alice.signsIn();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(refreshes()).toHaveLength(0);
  });

  it('security rule C31: leads to credential_unavailable if the provider fails too', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('refreshes a token that the local clock considers valid', async () => {
    world.provider.behavior = { expiresIn: 86_400 };
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
  });
});
