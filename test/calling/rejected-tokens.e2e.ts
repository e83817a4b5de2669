import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { completed, signInRequired } from '../support/token-requests.js';
import type { ReceivedRequest, UpstreamReply } from '../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const refreshes = () => world.provider.grants('refresh_token');
const tokenOf = ({ headers }: ReceivedRequest) => (headers['authorization'] ?? '').split(' ')[1] ?? '';
const FORBIDDEN: UpstreamReply = { status: 401, body: { message: 'the scope notes:admin is missing' } };

/** Makes the API reject every call of `getNote`, and accept others with a valid token. */
function rejectGetNote(reply = FORBIDDEN): void {
  world.api.respondWith((request) => {
    if (request.path === '/notes/1') return reply;
    return world.provider.accessTokens.has(tokenOf(request)) ? { body: { ok: true } } : { status: 401, body: {} };
  });
}

const getsNote = (user: EndUser, of = user.gpt) => of.call('getNote', { user: user.name, arguments: { id: '1' } });
const rejected = { status: 200, body: { outcome: 'completed', response: FORBIDDEN } };

describe('an operation that is always rejected with 401', () => {
  it('causes one refresh; then its response is returned, and other operations keep working', async () => {
    const alice = await world.connectedUser();
    rejectGetNote();
    for (let call = 0; call < 4; call++) {
      expect(await getsNote(alice)).toMatchObject(rejected);
      world.app.clock.advance({ minutes: 2 });
    }
    expect(refreshes()).toHaveLength(1);
    expect(await alice.calls()).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('causes one refresh, although another process takes over', async () => {
    const alice = await world.connectedUser();
    rejectGetNote();
    await getsNote(alice);
    const replica = await world.app.replica();
    world.app.clock.advance({ minutes: 2 });
    expect(await getsNote(alice, alice.gpt.at(replica))).toMatchObject(rejected);
    expect(refreshes()).toHaveLength(1);
    await replica.stop();
  });

  it('causes one sign-in without a refresh token; then its response is returned', async () => {
    const alice = await world.user();
    world.provider.behavior = { issuesRefreshTokens: false, expiresIn: null };
    await alice.signsIn();
    rejectGetNote();
    expect(await getsNote(alice)).toMatchObject(signInRequired('expired'));
    await alice.signsIn();
    world.app.clock.advance({ minutes: 2 });
    expect(await getsNote(alice)).toMatchObject(rejected);
    expect(await alice.calls()).toMatchObject(completed);
    expect(await alice.connection()).toMatchObject({ status: 'active' });
  });

  it('may cause another refresh after a new sign-in', async () => {
    const alice = await world.connectedUser();
    rejectGetNote();
    await getsNote(alice);
    await alice.disconnects();
    await alice.signsIn();
    await getsNote(alice);
    expect(refreshes()).toHaveLength(2);
  });
});

describe('a rejected token', () => {
  it('is refreshed for another operation, but not within a minute', async () => {
    const alice = await world.connectedUser();
    rejectGetNote();
    await getsNote(alice);
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 401 } } });
    expect(refreshes()).toHaveLength(1);
    world.app.clock.advance({ seconds: 61 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
  });

  it('is refreshed again for the same operation after the API has accepted its calls', async () => {
    world.provider.behavior = { expiresIn: null };
    const alice = await world.connectedUser();
    for (let round = 1; round <= 3; round++) {
      world.provider.expireAccessTokens();
      expect(await alice.calls()).toMatchObject(completed);
      expect(refreshes()).toHaveLength(round);
      world.app.clock.advance({ minutes: 5 });
    }
  });
});

describe('a token that is rejected with another status than 401', () => {
  const invalidToken = { status: 403, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: {} };

  /** Makes the API reject invalid tokens like this. */
  function rejectWith(reply: UpstreamReply): void {
    world.api.respondWith((request) =>
      world.provider.accessTokens.has(tokenOf(request)) ? { body: { ok: true } } : reply,
    );
  }

  it('is refreshed if WWW-Authenticate says invalid_token', async () => {
    const alice = await world.connectedUser();
    rejectWith(invalidToken);
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it.each<[string, object, UpstreamReply]>([
    ['a status', { statuses: [403] }, { status: 403, body: 'no' }],
    ['a value', { pointer: '/error', values: ['token_expired'] }, { body: { ok: false, error: 'token_expired' } }],
    [
      'a number',
      { statuses: [400], pointer: '/error/code', values: ['190'] },
      { status: 400, body: { error: { code: 190 } } },
    ],
  ])('is refreshed if the response matches token_refused_when: %s', async (_, token_refused_when, reply) => {
    const alice = await world.connectedUser('alice', { token_refused_when });
    rejectWith(reply);
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('is not refreshed if only a part of token_refused_when matches', async () => {
    const token_refused_when = { statuses: [400], pointer: '/error', values: ['token_expired'] };
    const alice = await world.connectedUser('alice', { token_refused_when });
    for (const reply of [
      { status: 400, body: { error: 'bad_input' } },
      { status: 403, body: { error: 'token_expired' } },
      { status: 400, body: 'token_expired' },
    ]) {
      world.api.respondWith(() => reply);
      expect(await alice.calls()).toMatchObject({ body: { response: { status: reply.status }, notices: [] } });
    }
    expect(refreshes()).toHaveLength(0);
  });

  it('is refreshed for the next call if the call may have had an effect', async () => {
    const alice = await world.connectedUser();
    rejectWith(invalidToken);
    world.provider.expireAccessTokens();
    const create = () => alice.calls();
    const post = async (confirmation?: string) =>
      alice.gpt.call('createNote', { user: 'alice', arguments: { body: { title: 'x' } }, confirmation });
    const asked = await post();
    const answer = await post(asked.body.confirmation.token);
    expect(answer.body).toMatchObject({
      response: { status: 403 },
      notices: [{ pointer: '/response/status', message: expect.stringContaining('it was refreshed') }],
    });
    expect(world.api.requests).toHaveLength(1);
    expect(refreshes()).toHaveLength(1);
    expect(await create()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(1);
  });

  it('is not refreshed if the scope is insufficient', async () => {
    const alice = await world.connectedUser();
    world.api.respondWith(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
    }));
    expect(await alice.calls()).toMatchObject({ body: { response: { status: 401 } } });
    expect(refreshes()).toHaveLength(0);
  });
});

describe('token_refused_when', () => {
  it.each([
    [{}, 'must have statuses, or a pointer with values'],
    [{ statuses: [99] }, 'must have statuses from 200 to 599'],
    [{ pointer: 'error', values: ['x'] }, 'must have a JSON pointer such as /error in pointer'],
    [{ pointer: '/error' }, 'must have both pointer and values, or neither'],
    [{ statuses: [403], codes: ['x'] }, 'must not have the member codes'],
  ])('is rejected if it is invalid: %j', async (token_refused_when, message) => {
    const gpt = await world.tenant.gpt();
    const auth = world.provider.schema({ token_refused_when });
    const answer = await gpt.addAction({
      openapi: world.api.document({ '/x': { get: { operationId: 'x', responses: {} } } }),
      auth,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      { pointer: '/auth/token_refused_when', message: `token_refused_when ${message}` },
    ]);
  });
});
