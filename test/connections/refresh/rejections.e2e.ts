import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { Database } from '../../../src/database/index.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TokenResponse } from '../../support/provider/behavior.js';
import { completed, signInRequired } from '../../support/token-requests.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  await world.app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Connection).execute());
});

const refreshes = () => world.provider.grants('refresh_token');
const refreshDue = () => world.app.get(BackgroundRefresh).refreshDue();
const json = (body: unknown, status = 400): TokenResponse => ({ status, body: JSON.stringify(body) });

/** Makes the provider respond to refreshes like this. */
const respond = (refreshResponse: TokenResponse) => (world.provider.behavior = { refreshResponse });

/** Returns a connected user whose access token has expired, at a provider that responds to refreshes like this. */
async function expiredUser(refreshResponse: TokenResponse): Promise<EndUser> {
  const alice = await world.connectedUser();
  world.app.clock.advance({ hours: 2 });
  respond(refreshResponse);
  return alice;
}

describe('a provider that rejects the refresh token in its own words', () => {
  it.each<[string, TokenResponse]>([
    ['bad_refresh_token with 200', json({ error: 'bad_refresh_token' }, 200)],
    ['bad_refresh_token with 400', json({ error: 'bad_refresh_token' })],
    [
      'unauthorized_client about the token',
      json({ error: 'unauthorized_client', error_description: 'refresh_token is invalid' }, 403),
    ],
    ['invalid_request about the token', json({ error: 'invalid_request', error_description: 'token was invalid' })],
    ['a message only', json({ status: 400, message: 'Invalid refresh token' })],
    ['ok: false', json({ ok: false, error: 'invalid_refresh_token' }, 200)],
    ['invalid_code', json({ error: 'invalid_code' }, 200)],
    ['a list of fields', json({ errors: [{ field: 'refresh_token', code: 'invalid' }] })],
    ['invalid_token', json({ error: 'invalid_token' }, 401)],
    ['plain text', { status: 400, contentType: 'text/plain', body: 'invalid_grant' }],
    ['a status in capitals', json({ status: 'BAD_REFRESH_TOKEN' })],
    ['OAuthException 190', json({ error: { message: 'Error', type: 'OAuthException', code: 190 } })],
    ['interaction_required', json({ error: 'interaction_required' })],
    ['consent_required', json({ error: 'consent_required' })],
    ['a code of its own', json({ error: 'E1021', message: 'リフレッシュが無効です' }, 422)],
  ])('offers the sign-in and keeps the tokens: %s', async (_, response) => {
    const alice = await expiredUser(response);
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect(refreshes()).toHaveLength(1);
    const connection = await alice.connection();
    expect(connection.status).toBe('reconnect_required');
    expect((await world.row(connection)).tokens).not.toBeNull();
    const trace = await world.tenant.admin.get(`/v1/connections/${connection.id}/trace`);
    expect(trace.body.diagnosis).not.toMatch(/no_access_token|unreadable_answer/);
    expect(trace.body).toMatchObject({
      diagnosis_code: expect.stringMatching(/^(?:refresh_|approval_needed$)/),
      diagnosis: expect.stringMatching(/sign in again|approve/),
    });
  });

  it('does not affect calls before the access token expires', async () => {
    const alice = await world.connectedUser();
    respond(json({ error: 'invalid_grant' }));
    world.app.clock.advance({ minutes: 59 });
    await refreshDue();
    expect(refreshes()).toHaveLength(1);
    expect(await alice.calls()).toMatchObject(completed);
    expect((await alice.connection()).status).toBe('active');
    world.app.clock.advance({ minutes: 2 });
    expect(await alice.calls()).toMatchObject(signInRequired('expired'));
    expect((await alice.connection()).status).toBe('reconnect_required');
    expect(refreshes()).toHaveLength(1);
  });

  it('is asked three more times, after 1, 6 and 24 hours', async () => {
    const alice = await expiredUser(json({ error: 'invalid_grant' }));
    await alice.calls();
    const counts: number[] = [];
    for (const hours of [0.9, 0.2, 4.8, 0.4, 17.7, 0.9, 100]) {
      world.app.clock.advance({ minutes: hours * 60 });
      await refreshDue();
      counts.push(refreshes().length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4]);
    expect((await alice.connection()).status).toBe('reconnect_required');
  });

  it('makes the connection active again with the first tokens that it grants', async () => {
    const alice = await expiredUser(json({ error: 'invalid_grant' }));
    await alice.calls();
    world.provider.behavior = {};
    world.app.clock.advance({ minutes: 65 });
    await refreshDue();
    expect((await alice.connection()).status).toBe('active');
    expect(await alice.calls()).toMatchObject(completed);
    const events = (await world.tenant.admin.get('/v1/audit-events?type=connection.renewed&limit=1')).body.data;
    expect(events[0].details).toMatchObject({ user: 'alice', reason: 'refreshed' });
  });

  it('is asked again after a change of the settings', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    world.app.clock.advance({ hours: 2 });
    respond(json({ error: 'invalid_grant' }));
    await alice.calls();
    world.provider.behavior = {};
    const path = `/v1/gpts/${gpt.id}/actions/${action.id}/auth`;
    expect((await world.tenant.admin.put(path, world.provider.schema({ scope: 'notes:read' }))).status).toBe(200);
    await refreshDue();
    expect((await alice.connection()).status).toBe('active');
  });

  it('does not end the session of a user who signs in again', async () => {
    const alice = await expiredUser(json({ error: 'invalid_grant' }));
    world.provider.behavior = {
      tokenResponseFor: ({ grant_type }) =>
        grant_type === 'refresh_token' ? json({ error: 'invalid_grant' }) : undefined,
    };
    await alice.signsIn();
    world.app.clock.advance({ minutes: 30 });
    await refreshDue();
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('a provider that rejects the client or the request', () => {
  it.each<[string, TokenResponse, RegExp]>([
    ['invalid_client', json({ error: 'invalid_client' }, 401), /client_secret/],
    ['unauthorized_client', json({ error: 'unauthorized_client' }), /client_id/],
    ['invalid_scope', json({ error: 'invalid_scope' }), /scope/],
    ['unsupported_grant_type', json({ error: 'unsupported_grant_type' }), /refresh_params/],
    ['a missing parameter', json({ error: 'invalid_request', error_description: 'Missing x' }), /refresh_params/],
    ['404', { status: 404, body: '<html>Not found</html>' }, /token_url/],
    ['405', { status: 405, body: '' }, /token_url/],
    ['415', json({ message: 'Unsupported Media Type' }, 415), /authorization_content_type/],
  ])('keeps the connection, and the problem names the setting: %s', async (_, response, setting) => {
    const alice = await expiredUser(response);
    const answer = await alice.calls();
    expect(problemOf(answer)).toBe('503 credential_unavailable');
    expect(answer.body.detail).toMatch(setting);
    // During the backoff too.
    expect((await alice.calls()).body.detail).toBe(answer.body.detail);
    expect(refreshes()).toHaveLength(1);
    expect((await alice.connection()).status).toBe('active');
  });

  it('is asked immediately after a secret was saved', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    world.app.clock.advance({ hours: 2 });
    respond(json({ error: 'invalid_client' }, 401));
    for (let attempt = 0; attempt < 6; attempt++) {
      await alice.calls();
      world.app.clock.advance({ minutes: 5 });
    }
    await alice.calls();
    world.provider.behavior = {};
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    await world.tenant.admin.put(`/v1/gpts/${gpt.id}/actions/${action.id}/auth`, world.provider.schema());
    expect(await alice.calls()).toMatchObject(completed);
  });
});

describe('a provider that sends nothing readable', () => {
  it.each<[string, TokenResponse]>([
    ['an empty 400', { status: 400, body: '' }],
    ['a page', { status: 200, contentType: 'text/html', body: '<html>Log in</html>' }],
    ['garbage', { status: 400, body: '%%%' }],
    ['a JSON error without meaning', json({ message: 'Bad Request' })],
  ])('leads to a sign-in after five responses in at least ten minutes: %s', async (_, response) => {
    const alice = await expiredUser(response);
    const outcomes: string[] = [];
    for (const minutes of [0, 1, 2, 3, 3, 2]) {
      world.app.clock.advance({ minutes });
      const answer = await alice.calls();
      outcomes.push(answer.body.outcome ?? answer.body.code);
    }
    expect(outcomes).toEqual([...Array.from({ length: 5 }, () => 'credential_unavailable'), 'sign_in_required']);
    const connection = await alice.connection();
    expect(connection.status).toBe('reconnect_required');
    world.provider.behavior = {};
    world.app.clock.advance({ minutes: 61 });
    await refreshDue();
    expect((await alice.connection()).status).toBe('active');
  });

  it('does not lead to a sign-in by responses before the access token expires', async () => {
    const alice = await world.connectedUser();
    respond({ status: 400, body: '' });
    world.app.clock.advance({ minutes: 58, seconds: 35 });
    await refreshDue();
    const connection = await alice.connection();
    await world.changeRow(connection, { expiresAt: world.app.clock.in(3_600_000) });
    for (let round = 0; round < 8; round++) {
      world.app.clock.advance({ minutes: 6 });
      await refreshDue();
    }
    expect(refreshes().length).toBeGreaterThan(5);
    world.app.clock.advance({ minutes: 20 });
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect((await alice.connection()).status).toBe('active');
  });

  it('leads to a sign-in if the API rejects the access token meanwhile', async () => {
    const alice = await world.connectedUser();
    world.provider.expireAccessTokens();
    respond({ status: 400, body: '' });
    const outcomes: string[] = [];
    for (const minutes of [0, 1, 2, 3, 3, 2]) {
      world.app.clock.advance({ minutes });
      const answer = await alice.calls();
      outcomes.push(answer.body.outcome ?? answer.body.code);
    }
    expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'credential_unavailable'));
    expect(outcomes[5]).toBe('sign_in_required');
  });

  it('does not lead to a sign-in by temporary failures', async () => {
    const alice = await expiredUser({ status: 503, body: '' });
    for (let attempt = 0; attempt < 12; attempt++) {
      expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
      world.app.clock.advance({ minutes: 6 });
    }
    respond({ status: 400, body: '' });
    expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
    expect((await alice.connection()).status).toBe('active');
  });
});
