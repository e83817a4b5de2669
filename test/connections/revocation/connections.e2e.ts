import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';

let world: OAuthWorld;
let revocation: { revocation_url: string };

beforeAll(async () => {
  world = await OAuthWorld.start();
  revocation = { revocation_url: `${world.provider.url}/revoke` };
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Token types of the revocation requests: `refresh_token`, `access_token`. */
const revoked = () => world.provider.revocationRequests.map(({ params }) => params['token_type_hint']);

describe('connections', () => {
  it('are listed by user, GPT, action and status', async () => {
    const { gpt, action } = await world.notesGpt();
    for (const name of ['alice', 'bob']) await new EndUser(gpt, name).signsIn();
    const list = async (query: string) => {
      const { body } = await gpt.tenant.runtime.get(`/v1/connections?${query}`);
      return body.data.map(({ user }: { user: string }) => user).toSorted();
    };
    expect(await list(`gpt_id=${gpt.id}`)).toEqual(['alice', 'bob']);
    expect(await list(`action_id=${action.id}&user=bob`)).toEqual(['bob']);
    expect(await list(`gpt_id=${gpt.id}&status=active`)).toEqual(['alice', 'bob']);
    expect(await list(`gpt_id=${gpt.id}&status=revoked`)).toEqual([]);
    expect(await list('gpt_id=g-unknown')).toEqual([]);
  });

  it('belong to one action: another action requires another sign-in', async () => {
    const alice = await world.connectedUser();
    const { gpt } = await world.notesGpt();
    expect((await new EndUser(gpt, 'alice').calls()).body.sign_in.reason).toBe('not_connected');
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it('survive a restart', async () => {
    const alice = await world.connectedUser();
    await world.app.restart();
    expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
    world.app.clock.advance({ hours: 2 });
    expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
  });

  it('security rule C5: look nonexistent to other tenants', async () => {
    const alice = await world.connectedUser();
    const stranger = await world.app.tenant('Stranger');
    const { id } = await alice.connection();
    for (const path of [`/v1/connections/${id}`, '/v1/connections/conn-unknown']) {
      expect(problemOf(await stranger.runtime.get(path))).toBe('404 not_found');
      expect(problemOf(await stranger.runtime.delete(path))).toBe('404 not_found');
    }
    expect((await stranger.admin.get(`/v1/connections?gpt_id=${alice.gpt.id}`)).body.data).toEqual([]);
    const all = await stranger.admin.post('/v1/connections/revoke', { gpt_id: alice.gpt.id });
    expect(all.body).toEqual({ revoked: 0, revocation_id: null });
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it("security rule C5: are not used by another tenant's call of the same GPT and user", async () => {
    const alice = await world.connectedUser();
    const stranger = await world.app.tenant('Stranger');
    const answer = await stranger.runtime.post(`${alice.gpt.path}/call`, { operation_id: 'listNotes', user: 'alice' });
    expect(problemOf(answer)).toBe('404 not_found');
    expect(world.api.requests).toHaveLength(0);
  });
});

describe('security rule C39: disconnecting one connection', () => {
  it('security rule C39: ends the connection and revokes its tokens, the access token first', async () => {
    const alice = await world.connectedUser('alice', revocation);
    expect((await alice.disconnects()).status).toBe(204);
    expect(revoked()).toEqual(['access_token', 'refresh_token']);
    const [access, refresh] = world.provider.revocationRequests.map(({ params }) => params);
    expect(refresh?.['token']).toMatch(/^refresh-/);
    expect(access?.['token']).toMatch(/^access-/);
    expect(access).toMatchObject({ client_id: world.provider.clientId, client_secret: world.provider.clientSecret });
    expect((await alice.connection()).status).toBe('revoked');
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
    expect(world.api.requests).toHaveLength(0);
  });

  it.each([503, 400, 401])(
    'security rule C39: ends the connection if the provider responds with %d',
    async (revocationStatus) => {
      const alice = await world.connectedUser('alice', revocation);
      world.provider.behavior = { revocationStatus };
      expect((await alice.disconnects()).status).toBe(204);
      expect(world.provider.revocationRequests).not.toHaveLength(0);
      expect((await alice.connection()).status).toBe('revoked');
      expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
    },
  );

  it('security rule C39: revokes the refresh token even if the access token could not be revoked', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationStatus: 503 };
    await alice.disconnects();
    expect(revoked()).toEqual(['access_token', 'refresh_token']);
  });

  it('security rule C39: ends the connection if the revocation endpoint is unreachable', async () => {
    const alice = await world.connectedUser('alice', { revocation_url: 'http://127.0.0.1:9/revoke' });
    expect((await alice.disconnects()).status).toBe(204);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });

  it('security rule C39: clears the tokens in the row', async () => {
    const alice = await world.connectedUser();
    await alice.disconnects();
    expect(await world.row(await alice.connection())).toMatchObject({
      tokens: null,
      hasRefreshToken: false,
      backgroundRefreshAt: null,
    });
  });

  it('is idempotent and revokes the tokens once', async () => {
    const alice = await world.connectedUser('alice', revocation);
    expect((await alice.disconnects()).status).toBe(204);
    expect((await alice.disconnects()).status).toBe(204);
    expect(revoked()).toHaveLength(2);
  });

  it('allows a new sign-in that reuses the connection', async () => {
    const alice = await world.connectedUser();
    const { id } = await alice.connection();
    await alice.disconnects();
    await alice.signsIn();
    expect(await alice.connection()).toMatchObject({ id, status: 'active' });
    expect((await alice.calls()).body.outcome).toBe('completed');
  });
});

describe('security rule C42: changing an endpoint', () => {
  const changes: [string, (url: string) => object][] = [
    ['the token URL', (url) => ({ token_url: `${url}/token?v=2` })],
    ['the authorization URL', (url) => ({ authorization_url: `${url}/authorize?v=2` })],
    ['the revocation URL', (url) => ({ revocation_url: `${url}/revoke?v=2` })],
  ];

  it.each(changes)('security rule C42: %s: requires the secret again instead of [HIDDEN]', async (_, change) => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    const auth = world.provider.schema({ client_secret: '[HIDDEN]', ...change(world.provider.url) });
    const answer = await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth);
    expect(problemOf(answer)).toMatch(/^409 secrets_required .*client_secret/);
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it.each(changes)(
    "security rule C42: %s: ends the users' connections if the secret is sent again",
    async (_, change) => {
      const { gpt, action } = await world.notesGpt();
      const alice = new EndUser(gpt, 'alice');
      await alice.signsIn();
      const auth = world.provider.schema(change(world.provider.url));
      expect((await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth)).status).toBe(200);
      expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
      expect(world.api.requests).toHaveLength(0);
      const connection = await alice.connection();
      await eventually(
        () => world.row(connection),
        ({ status, tokens }) => status === 'revoked' && tokens === null,
      );
      await alice.signsIn();
      expect((await alice.calls()).body.outcome).toBe('completed');
    },
  );

  it('security rule C42: the domain: requires the secret again, then ends the connections', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    const path = `${gpt.path}/actions/${action.id}`;
    const server = world.api.url.replace('127.0.0.1', '127.0.0.2');
    const openapi = world.api.document(
      { '/': { get: { operationId: 'listNotes', responses: {} } } },
      { servers: [{ url: server }] },
    );
    expect(problemOf(await gpt.tenant.admin.patch(path, { openapi }))).toMatch(/^409 secrets_required/);
    expect((await alice.calls()).body.outcome).toBe('completed');
    const { status } = await gpt.tenant.admin.patch(path, { openapi, auth: world.provider.schema() });
    expect(status).toBe(200);
    expect((await alice.calls()).body.sign_in).toMatchObject({ reason: 'revoked', domain: new URL(server).host });
  });

  it('security rule C42: does not affect secret and connections if the endpoints stay the same', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    const auth = world.provider.schema({ client_secret: '[HIDDEN]', scope: 'notes:read' });
    expect((await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth)).status).toBe(200);
    world.app.clock.advance({ hours: 2 });
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(world.provider.grants('refresh_token')[0]?.params['client_secret']).toBe(world.provider.clientSecret);
  });
});

describe('secrets', () => {
  it('never appear in responses, pages, logs or the database, in success and in failure', async () => {
    const { gpt, action } = await world.notesGpt(revocation);
    const { admin, runtime } = gpt.tenant;
    const [alice, bob] = [new EndUser(gpt, 'alice'), new EndUser(gpt, 'bob')];
    const seen: string[] = [];
    const note = (...answers: ApiResponse[]) =>
      seen.push(...answers.map((each) => JSON.stringify([each.body, [...each.headers]])));
    world.api.respondWith(({ headers }) => ({
      body: { you: headers['authorization'] },
      headers: { 'x-you': headers['authorization'] ?? '' },
    }));

    const signIn = await alice.signsIn();
    seen.push(await toPage(alice, signIn.offer.url));
    note(await alice.calls());
    world.app.clock.advance({ hours: 2 });
    note(await alice.calls());
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    world.app.clock.advance({ hours: 2 });
    note(await alice.calls());
    world.provider.behavior = {};
    world.provider.revokeGrants();
    world.app.clock.advance({ minutes: 10 });
    note(await alice.calls());

    const failing = await bob.signsInAtProvider();
    world.provider.behavior = { dropsConnections: true };
    await failing.returns();
    seen.push(await toPage(bob, failing.offer.url));
    world.provider.behavior = {};
    await bob.signsIn();
    note(await bob.disconnects());

    const paths = [
      '/v1/connections',
      '/v1/connections/revocations',
      '/v1/audit-events',
      `/v1/sign-ins/${signIn.offer.id}`,
      `/v1/sign-ins/${failing.offer.id}`,
    ];
    for (const path of paths) note(await admin.get(path), await runtime.get(path));
    for (const path of ['', `/${action.id}`, `/${action.id}/auth`]) note(await admin.get(`${gpt.path}/actions${path}`));
    note(await world.app.anonymous.get('/metrics'));

    const { secrets } = world.provider;
    expect(secrets.length).toBeGreaterThan(8);
    const places = { seen, log: world.app.logLines, database: [await world.app.database.dump()] };
    for (const [place, texts] of Object.entries(places)) {
      const leaks = texts.filter((text) => secrets.some((secret) => text.includes(secret)));
      expect({ place, leaks }).toEqual({ place, leaks: [] });
    }
  });
});

async function toPage(user: EndUser, url: string): Promise<string> {
  const { body, headers } = await user.browser.get(url);
  return JSON.stringify([body, [...headers]]);
}
