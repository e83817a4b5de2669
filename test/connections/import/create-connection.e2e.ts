import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/common/index.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import type { ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestGpt } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

interface Setting {
  gpt: TestGpt;
  action: { id: string };
  alice: EndUser;
}

async function setting(schema: object = {}): Promise<Setting> {
  const { gpt, action } = await world.notesGpt(schema);
  return { gpt, action, alice: new EndUser(gpt, 'alice') };
}

async function keySetting(auth: object = { type: 'api_key', auth_type: 'bearer', per_user: true }): Promise<Setting> {
  const gpt = await world.tenant.gpt();
  const action = await gpt.action(world.api.document(NOTES_PATHS), auth);
  return { gpt, action, alice: new EndUser(gpt, 'alice') };
}

function create({ gpt, action }: Setting, tokens: object, client = gpt.tenant.admin): Promise<ApiResponse> {
  return client.post('/v1/connections', { action_id: action.id, user: 'alice', ...tokens });
}

const inAnHour = () => new Date(world.app.clock.now().getTime() + 3_600_000).toISOString();
const refreshes = () => world.provider.grants('refresh_token');

describe('a connection from existing tokens', () => {
  it('is shown as other routes show it, and calls use its token', async () => {
    const own = await setting();
    const tokens = world.provider.issueTokens();
    const expires_at = inAnHour();
    const { status, body } = await create(own, { ...tokens, expires_at, scope: 'notes:read', token_type: 'Bearer' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ user: 'alice', gpt_id: own.gpt.id, action_id: own.action.id, status: 'active' });
    expect(body).toMatchObject({ scope: 'notes:read', token_type: 'Bearer', expires_at, last_refreshed_at: null });
    expect(await own.alice.connection()).toEqual(body);
    expect((await own.alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
    expect(refreshes()).toHaveLength(0);
  });

  it('is refreshed by the first call if its token has expired', async () => {
    const own = await setting();
    const tokens = world.provider.issueTokens();
    world.provider.accessTokens.delete(tokens.access_token);
    expect((await create(own, { ...tokens, expires_at: '2020-01-01T00:00:00Z' })).status).toBe(201);
    expect((await own.alice.calls()).body.outcome).toBe('completed');
    expect(refreshes()).toMatchObject([{ params: { refresh_token: tokens.refresh_token } }]);
  });

  it('is refreshed after a 401 if the tenant does not know when its token expires', async () => {
    const own = await setting();
    const tokens = world.provider.issueTokens();
    expect((await create(own, { ...tokens, expires_at: null })).body.expires_at).toBeNull();
    world.provider.accessTokens.delete(tokens.access_token);
    expect((await own.alice.calls()).body.response.status).toBe(200);
    expect(refreshes()).toHaveLength(1);
  });

  it('is refreshed in the background before its token expires', async () => {
    const own = await setting();
    const { body } = await create(own, { ...world.provider.issueTokens(), expires_at: inAnHour() });
    world.app.clock.advance({ minutes: 58, seconds: 35 });
    await world.app.get(BackgroundRefresh).refreshDue();
    expect((await own.alice.connection()).last_refreshed_at).not.toBeNull();
    expect((await own.alice.connection()).id).toBe(body.id);
  });

  it('is ended like any other, and its tokens are revoked at the provider', async () => {
    const own = await setting({ revocation_url: `${world.provider.url}/revoke` });
    const tokens = world.provider.issueTokens();
    await create(own, tokens);
    await own.alice.disconnects();
    await eventually(
      () => world.provider.accessTokens.has(tokens.access_token),
      (isValid) => !isValid,
    );
    expect((await own.alice.calls()).body.sign_in.reason).toBe('revoked');
  });

  it('holds the own key of a user for an API-key schema with `per_user`', async () => {
    const own = await keySetting();
    expect(await create(own, { access_token: 'the key of alice' })).toMatchObject({ body: { token_type: 'api_key' } });
    await own.alice.calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toBe('Bearer the key of alice');
  });

  it('is audited with the key that created it, and its tokens appear in no response, event, log or row', async () => {
    const own = await setting();
    const tokens = world.provider.issueTokens();
    const { body } = await create(own, tokens);
    const events = (await own.gpt.tenant.admin.get(`/v1/audit-events?target_id=${body.id}`)).body.data;
    const details = { action_id: own.action.id, user: 'alice' };
    expect(events).toMatchObject([{ type: 'connection.created', actor: { role: 'admin' }, details }]);
    const seen = JSON.stringify([body, events, await world.app.database.tables()]) + world.app.logLines.join('');
    for (const token of Object.values(tokens)) expect(seen).not.toContain(token);
  });
});

describe('a connection that exists already', () => {
  it('is not overwritten while it is active', async () => {
    const own = await setting();
    await own.alice.signsIn();
    const { id } = await own.alice.connection();
    const before = await world.row({ id });
    expect(problemOf(await create(own, world.provider.issueTokens()))).toBe('409 conflict');
    expect(problemOf(await create(own, { ...world.provider.issueTokens(), replace: false }))).toBe('409 conflict');
    expect(await world.row({ id })).toEqual(before);
  });

  it('gets the tokens if `replace` is set, under its own id and a new version', async () => {
    const own = await setting();
    await own.alice.signsIn();
    const { id } = await own.alice.connection();
    const { version } = await world.row({ id });
    const tokens = world.provider.issueTokens();
    expect(await create(own, { ...tokens, replace: true })).toMatchObject({ status: 201, body: { id } });
    expect((await world.row({ id })).version).toBe(version + 1);
    await own.alice.calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${tokens.access_token}`);
    const events = (await own.gpt.tenant.admin.get(`/v1/audit-events?target_id=${id}&order=desc`)).body.data;
    expect(events[0]).toMatchObject({ type: 'connection.renewed', actor: { role: 'admin' } });
  });

  it('gets the tokens without `replace` if it has ended', async () => {
    const own = await setting();
    await own.alice.signsIn();
    const { id } = await own.alice.connection();
    await own.alice.disconnects();
    expect(await create(own, world.provider.issueTokens())).toMatchObject({
      status: 201,
      body: { id, status: 'active' },
    });
    expect((await own.alice.calls()).body.outcome).toBe('completed');
  });

  it('is created once when two requests create it together', async () => {
    const own = await setting();
    const answers = await Promise.all([1, 2, 3].map(() => create(own, world.provider.issueTokens())));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await own.alice.connections()).toHaveLength(1);
  });
});

describe('values of existing tokens', () => {
  const realm = { name: 'realmId', from: 'callback', pointer: '/realmId', pattern: 'company-(\\d+)' };
  const schema = { connection_values: [realm], static_headers: { 'X-Company': '{connection.realmId}' } };

  it('are stored under the rules of the schema, and calls use them', async () => {
    const own = await setting(schema);
    const tokens = world.provider.issueTokens();
    expect((await create(own, { ...tokens, values: { realmId: 'company-7' } })).status).toBe(201);
    expect((await own.alice.calls()).body.outcome).toBe('completed');
    expect(world.api.last.headers['x-company']).toBe('7');
  });

  it.each([undefined, {}, { realmId: '7' }, { realmId: 'company-7', shop: 'x' }])(
    'are rejected if one is missing, unknown or does not match: %j',
    async (values) => {
      const own = await setting(schema);
      const answer = await create(own, { ...world.provider.issueTokens(), values });
      expect(problemOf(answer)).toBe('400 invalid_request /values');
    },
  );
});

describe('tokens that cannot be stored', () => {
  const token = { access_token: 'a token' };

  it.each([
    ['no token', {}, '/access_token'],
    ['an empty token', { access_token: '' }, '/access_token'],
    ['a line break in the token', { access_token: 'line\nbreak' }, '/access_token'],
    ['a placeholder for the token', { access_token: '[HIDDEN]' }, '/access_token'],
    ['a token that is too long', { access_token: '"'.repeat(9000) }, '/access_token'],
    ['a refresh token that is too long', { ...token, refresh_token: '"'.repeat(9000) }, '/refresh_token'],
    ['a placeholder for the refresh token', { ...token, refresh_token: '[HIDDEN]' }, '/refresh_token'],
    ['a time in words', { ...token, expires_at: 'tomorrow' }, '/expires_at'],
    ['a time after the year 9999', { ...token, expires_at: '9999-12-31T23:59:59-12:00' }, '/expires_at'],
    ['a time before 1970', { ...token, refresh_token: 'x', expires_at: '0000-01-01T00:00:00Z' }, '/expires_at'],
    ['an expired token alone', { ...token, expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    ['a value that the schema does not define', { ...token, values: { shop: 'a' } }, '/values'],
    ['no boolean in replace', { ...token, replace: 'yes' }, '/replace'],
    ['an ambiguous user', { ...token, user: 'alice\0' }, '/user'],
    ['an unknown field', { ...token, id_token: 'x' }, '/id_token'],
  ])('are rejected with a pointer: %s', async (_, tokens, pointer) => {
    const own = await setting();
    expect(problemOf(await create(own, tokens))).toBe(`400 invalid_request ${pointer}`);
    expect(await own.alice.connections()).toEqual([]);
  });

  it.each([
    [{ type: 'none' }, token, '/action_id'],
    [{ type: 'api_key', auth_type: 'bearer', api_key: 'shared' }, token, '/action_id'],
    [{ type: 'api_key', auth_type: 'bearer', per_user: true }, { ...token, refresh_token: 'x' }, '/refresh_token'],
    [{ type: 'api_key', auth_type: 'bearer', per_user: true }, { access_token: 'line\nbreak' }, '/access_token'],
    [{ type: 'api_key', auth_type: 'basic', per_user: true }, { access_token: 'no pair' }, '/access_token'],
  ])('are rejected if they do not fit the schema %j', async (auth, tokens, pointer) => {
    expect(problemOf(await create(await keySetting(auth), tokens))).toBe(`400 invalid_request ${pointer}`);
  });

  it("are rejected for an unknown action as for another tenant's", async () => {
    const own = await setting();
    const stranger = await world.app.tenant();
    const [foreign, unknown] = [
      await create(own, token, stranger.admin),
      await create(own, { ...token, action_id: newId('act') }),
    ];
    expect(problemOf(foreign)).toBe('404 not_found');
    expect({ ...foreign.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  });

  it('are not accepted from runtime keys', async () => {
    const own = await setting();
    expect(problemOf(await create(own, token, own.gpt.tenant.runtime))).toBe('403 forbidden');
  });
});
