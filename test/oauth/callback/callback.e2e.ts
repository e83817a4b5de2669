import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/index.js';
import { SignIn } from '../../../src/sign-ins/index.js';
import { SignInWatch } from '../../../src/sign-ins/sign-in-watch.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('the OAuth callback', () => {
  it('security rule C16: redirects with 303 to a URL without code and state', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await signIn.returns();
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe(`${world.app.url}/signin/done/${signIn.offer.id}`);
    expect(page.body).toBe('');
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain(`You are signed in to ${world.api.domain}`);
  });

  it('connects the user', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    const signIn = await alice.signsIn();
    const connection = await alice.connection();
    expect(connection).toMatchObject({
      user: 'alice',
      gpt_id: gpt.id,
      action_id: action.id,
      domain: world.api.domain,
      status: 'active',
      scope: 'notes:read notes:write',
      token_type: 'bearer',
    });
    expect(await signIn.view()).toMatchObject({
      id: signIn.offer.id,
      status: 'connected',
      error: null,
      connection_id: connection.id,
      user: 'alice',
      gpt_id: gpt.id,
      action_id: action.id,
    });
  });

  it('updates the existing connection when the user signs in again', async () => {
    const alice = await world.user();
    const [first, second] = [await alice.signsInAtProvider(), await alice.signsInAtProvider()];
    await first.returns();
    const before = await alice.connection();
    await second.returns();
    expect((await alice.connection()).id).toBe(before.id);
    await alice.calls();
    expect(world.api.last.headers['authorization']).toBe(`Bearer ${world.provider.accessTokenFor(second.code)}`);
  });

  it('creates one connection for two concurrent sign-ins of a user', async () => {
    const { gpt } = await world.notesGpt();
    const [laptop, phone] = [new EndUser(gpt, 'alice'), new EndUser(gpt, 'alice')];
    const attempts = [await laptop.signsInAtProvider(), await phone.signsInAtProvider()];
    const pages = await Promise.all(attempts.map((attempt) => attempt.returns()));
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    expect((await laptop.connection()).status).toBe('active');
    expect((await laptop.calls()).body.outcome).toBe('completed');
  });

  it('reports a denied sign-in differently from a failed one', async () => {
    const alice = await world.user();
    world.provider.behavior = { redirectWith: { code: '', error: 'access_denied', error_description: 'not today' } };
    const denied = await alice.signsInAtProvider();
    await denied.returns();
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain('You did not sign in');
    const error = { code: 'access_denied', message: 'the provider returned an error: access_denied, not today' };
    expect(await denied.view()).toMatchObject({ status: 'denied', error, connection_id: null });
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect((await alice.calls()).body.sign_in.reason).toBe('not_connected');
  });

  it.each(['server_error', 'invalid_scope', 'temporarily_unavailable'])(
    "fails with the provider's error: %s",
    async (error) => {
      const alice = await world.user();
      world.provider.behavior = { redirectWith: { code: '', error } };
      const signIn = await alice.signsIn();
      expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: error } });
      await alice.browser.followRedirect();
      expect(alice.browser.page.body).toContain(`${world.api.domain} could not be connected`);
    },
  );

  it('security rule C14: fails without a code, even if the redirect contains a token', async () => {
    const alice = await world.user();
    world.provider.behavior = { redirectWith: { code: '', access_token: 'access-implicit', token_type: 'bearer' } };
    const signIn = await alice.signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'no_code' } });
    expect(await alice.connections()).toEqual([]);
  });

  it('security rule C14: requests only a code, and ignores a token in the fragment', async () => {
    const alice = await world.user();
    world.provider.simulate('a token in the fragment');
    const signIn = await alice.signsIn();
    expect(signIn.callbackUrl).toContain('#access_token=access-implicit');
    expect(signIn.authorizationRequest.get('response_type')).toBe('code');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'no_code' } });
    expect(await alice.connections()).toEqual([]);
    expect(world.provider.tokenRequests).toEqual([]);
  });

  it('does not render HTML from the provider', async () => {
    const alice = await world.user();
    const html = '<script>provider()</script>';
    world.provider.behavior = { redirectWith: { code: '', error: html, error_description: html } };
    await alice.signsIn();
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).not.toContain('<script');
  });

  it('fails without a connection if the code is refused', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    await signIn.returns({ code: 'code-of-another' });
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_grant' } });
    expect(await alice.connections()).toEqual([]);
  });
});

describe('the maximum size of a schema', () => {
  const long = (count: number, letter: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, letter.repeat(1000)]));

  it('allows a sign-in with a long code', async () => {
    const { gpt } = await world.notesGpt({ token_params: long(20, 'x'), client_secret: 'é'.repeat(4096) });
    const signIn = await new EndUser(gpt, 'alice').signsInAtProvider();
    expect((await signIn.returns({ code: 'x'.repeat(14_000) })).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_grant' } });
  });

  it.each([
    ['settings', { token_params: long(30, 'x'), authorization_params: long(10, 'x') }],
    ['settings beyond ASCII', { token_params: long(30, '€') }],
    ['secrets', { token_params: long(10, 'x'), client_secret: '€'.repeat(8192) }],
  ])('rejects a schema that is too large because of its %s', async (_, fields) => {
    const gpt = await world.tenant.gpt();
    const answer = await gpt.addAction({
      openapi: world.api.document(NOTES_PATHS),
      auth: world.provider.schema(fields),
    });
    expect(problemOf(answer)).toBe('400 invalid_request /auth');
  });
});

describe('an action that is edited during a sign-in', () => {
  it('security rule C9: sends the code to the original token URL, and discards the tokens', async () => {
    const other = await AuthorizationServer.start();
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    const signIn = await alice.signsInAtProvider();
    const path = `${gpt.path}/actions/${action.id}/auth`;
    expect((await gpt.tenant.admin.put(path, other.schema())).status).toBe(200);
    await signIn.returns();
    expect(other.tokenRequests).toHaveLength(0);
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(world.provider.tokenRequests[0]?.params['client_secret']).toBe(world.provider.clientSecret);
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(await alice.connections()).toEqual([]);
    await other.stop();
  });

  it('security rule C9: uses the original client', async () => {
    const { gpt, action } = await world.notesGpt();
    const signIn = await new EndUser(gpt, 'alice').signsInAtProvider();
    const path = `${gpt.path}/actions/${action.id}/auth`;
    await gpt.tenant.admin.put(path, world.provider.schema({ client_id: 'another', client_secret: 'another-secret' }));
    await signIn.returns();
    expect(world.provider.tokenRequests[0]?.params).toMatchObject({
      client_id: world.provider.clientId,
      client_secret: world.provider.clientSecret,
    });
  });

  const OTHERS = [
    { type: 'none' },
    { type: 'api_key', auth_type: 'bearer', api_key: 'shared' },
    { type: 'api_key', auth_type: 'bearer', per_user: true },
  ];

  it.each(OTHERS)(
    'security rule C9: ends the sign-in without using the code if the schema is now %j',
    async (schema) => {
      const { gpt, action } = await world.notesGpt();
      const alice = new EndUser(gpt, 'alice');
      const signIn = await alice.signsInAtProvider();
      expect((await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, schema)).status).toBe(200);
      expect((await signIn.returns()).status).toBe(303);
      await alice.browser.followRedirect();
      expect(alice.browser.page.status).toBe(200);
      expect(world.provider.tokenRequests).toHaveLength(0);
      expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
      const { flow } = await world.app
        .get(Database)
        .read((manager) => manager.findOneByOrFail(SignIn, { id: signIn.offer.id }));
      expect(flow).toBeNull();
    },
  );

  it.each(OTHERS.slice(0, 2))('shows no button if users no longer sign in: %j', async (schema) => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    const [unopened, opened] = [await alice.getsSignInLink(), await alice.getsSignInLink()];
    await opened.opensTheLink();
    expect((await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, schema)).status).toBe(200);
    expect((await opened.pressesTheButton()).status).toBe(410);
    const page = await unopened.opensTheLink();
    expect([page.status, page.body.includes('<form')]).toEqual([410, false]);
  });

  it('responds with 404 if the action was deleted', async () => {
    const { gpt, action } = await world.notesGpt();
    const signIn = await new EndUser(gpt, 'alice').signsInAtProvider();
    await gpt.tenant.admin.delete(`${gpt.path}/actions/${action.id}`);
    expect((await signIn.returns()).status).toBe(404);
    expect(world.provider.tokenRequests).toHaveLength(0);
  });
});

describe('the status of a sign-in', () => {
  it('is pending until the sign-in ends', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    expect(await signIn.view()).toMatchObject({ status: 'pending', error: null, connection_id: null });
  });

  it('is returned to a waiting request when the sign-in ends', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const waiting = alice.gpt.tenant.runtime.get(`/v1/sign-ins/${signIn.offer.id}?wait=55`);
    await signIn.returns();
    expect((await waiting).body).toMatchObject({ status: 'connected' });
  });

  it('is returned to a request that waits at another replica', async () => {
    const replica = await world.app.replica();
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const waiting = alice.at(replica).gpt.tenant.runtime.get(`/v1/sign-ins/${signIn.offer.id}?wait=55`);
    await signIn.returns();
    expect((await waiting).body).toMatchObject({ status: 'connected' });
    await replica.stop();
  });

  it('is returned as pending after the wait', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const { body } = await alice.gpt.tenant.runtime.get(`/v1/sign-ins/${signIn.offer.id}?wait=1`);
    expect(body.status).toBe('pending');
  });

  it('is no longer watched when the waiting client has disconnected', async () => {
    const watch = world.app.get(SignInWatch);
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const { url, key = '' } = alice.gpt.tenant.runtime;
    const client = new AbortController();
    const headers = { 'x-api-key': key };
    const waiting = fetch(`${url}/v1/sign-ins/${signIn.offer.id}?wait=55`, { headers, signal: client.signal });
    await eventually(
      () => watch.size,
      (size) => size === 1,
    );
    client.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await eventually(
      () => watch.size,
      (size) => size === 0,
    );
  });

  it.each(['56', '-1', 'soon'])('rejects wait=%s', async (wait) => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const answer = await alice.gpt.tenant.runtime.get(`/v1/sign-ins/${signIn.offer.id}?wait=${wait}`);
    expect(problemOf(answer)).toBe('400 invalid_request /wait');
  });

  it('security rule C5: is not found by another tenant, like an unknown sign-in', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const stranger = await world.app.tenant('Stranger');
    for (const id of [signIn.offer.id, 'si-unknown']) {
      for (const client of [stranger.runtime, stranger.admin]) {
        expect(problemOf(await client.get(`/v1/sign-ins/${id}?wait=1`))).toBe('404 not_found');
      }
    }
  });
});

describe('users who sign in concurrently', () => {
  it('each get their own connection, and their calls use their own token', async () => {
    const { gpt } = await world.notesGpt();
    const users = Array.from({ length: 12 }, (_, index) => new EndUser(gpt, `user-${index}`));
    const tokens = await Promise.all(
      users.map(async (user) => world.provider.accessTokenFor((await user.signsIn()).code)),
    );
    expect(new Set(tokens).size).toBe(12);
    // 20 concurrent calls of each user; `limit` identifies the user.
    const calls = users.flatMap((user, index) =>
      Array.from({ length: 20 }, () => user.calls({ arguments: { limit: index } })),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter(({ body }) => body.outcome !== 'completed')).toEqual([]);
    expect(world.api.requests).toHaveLength(240);
    const crossed = world.api.requests.filter(
      ({ query, headers }) => headers['authorization'] !== `Bearer ${tokens[Number(query.get('limit'))]}`,
    );
    expect(crossed).toEqual([]);
  });

  it('are distinguished by every character of their id', async () => {
    const { gpt } = await world.notesGpt();
    const names = ['ann', 'Ann', 'ann ', 'änn', 'ánn', '𝒶nn', "ann' OR '1'='1", 'a'.repeat(255)];
    const users = names.map((name) => new EndUser(gpt, name));
    for (const user of users) {
      expect((await user.calls()).body.outcome).toBe('sign_in_required');
      const { code } = await user.signsIn();
      expect([user.name, (await user.calls()).body.outcome]).toEqual([user.name, 'completed']);
      expect(world.api.last.headers['authorization']).toBe(`Bearer ${world.provider.accessTokenFor(code)}`);
    }
  });

  it('cannot have NUL or lone surrogates in their id', async () => {
    const alice = await world.connectedUser('alice');
    for (const id of ['alice\0', 'alice\ud800', '\udc00']) {
      expect(problemOf(await new EndUser(alice.gpt, id).calls())).toBe('400 invalid_request /user');
    }
  });
});
