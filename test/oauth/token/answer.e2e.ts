// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TokenResponse } from '../../support/authorization-server.js';
import type { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Signs Alice in with this token response. @returns the result of the sign-in */
async function signInAnswered(tokenResponse: TokenResponse, schema: object = {}) {
  const alice = await world.user('alice', schema);
  world.provider.behavior = { tokenResponse };
  const { status, error } = await (await alice.signsIn()).view();
  return { alice, status, error };
}

async function authorizationOf(alice: EndUser): Promise<string | undefined> {
  await alice.calls();
  return world.api.last.headers['authorization'];
}

const json = (fields: object, more: Partial<TokenResponse> = {}) => ({ body: JSON.stringify(fields), ...more });

describe('a token response with a token', () => {
  it.each<[string, TokenResponse]>([
    ['JSON', json({ access_token: 'access-1' })],
    ['JSON as text/html', json({ access_token: 'access-1' }, { contentType: 'text/html' })],
    ['JSON with no content type', json({ access_token: 'access-1' }, { contentType: '' })],
    ['JSON surrounded by whitespace', { body: '\n {"access_token":"access-1"}\n' }],
    ['JSON with status 201', json({ access_token: 'access-1' }, { status: 201 })],
    ['a form', { body: 'access_token=access-1&scope=a%2Cb', contentType: 'application/x-www-form-urlencoded' }],
    ['a form as text/plain', { body: 'access_token=access-1', contentType: 'text/plain' }],
    ['a form as JSON', { body: 'token_type=bearer&access_token=access-1' }],
    ['`ok: true`, as from Slack', json({ ok: true, access_token: 'access-1' })],
    [
      'security rule C22: unknown fields',
      json({ access_token: 'access-1', id_token: 'x', user: { id: 1 }, expires: 'soon', error: '' }),
    ],
  ])('connects the user: %s', async (_, answer) => {
    const { alice, status, error } = await signInAnswered(answer);
    expect({ status, error }).toEqual({ status: 'connected', error: null });
    expect(await authorizationOf(alice)).toBe('Bearer access-1');
  });

  it('connects with a token of digits, which keeps each of them', async () => {
    const { alice } = await signInAnswered({ body: '{"access_token":12345678901234567890}' });
    expect(await authorizationOf(alice)).toBe('Bearer 12345678901234567890');
  });

  it('connects without a refresh token that is too long to store', async () => {
    const answer = json({ access_token: 'access-1', refresh_token: '€'.repeat(16_384), expires_in: 60 });
    const { alice, status } = await signInAnswered(answer);
    expect(status).toBe('connected');
    expect(await authorizationOf(alice)).toBe('Bearer access-1');
    world.app.clock.advance({ seconds: 61 });
    expect((await alice.calls()).body.outcome).toBe('sign_in_required');
  });

  it('connects with two tokens of the maximum length', async () => {
    const [access_token, refresh_token] = ['é'.repeat(8192), '€'.repeat(5461)];
    const { alice, status } = await signInAnswered(json({ access_token, refresh_token, expires_in: 60 }));
    expect(status).toBe('connected');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    const longer = await signInAnswered(json({ access_token: `${access_token}é` }));
    expect(longer).toMatchObject({ status: 'failed', error: { code: 'invalid_token' } });
  });

  it('is read at the token_path', async () => {
    const answer = json({ ok: true, access_token: 'of-the-bot', authed_user: { access_token: 'access-1' } });
    const { alice } = await signInAnswered(answer, { token_path: '/authed_user' });
    expect(await authorizationOf(alice)).toBe('Bearer access-1');
  });

  it.each(['Bearer', 'bearer', 'BEARER', undefined, '', 'user', 'mac'])(
    'security rule C23: is sent as Bearer with the token type %j',
    async (token_type) => {
      const { alice } = await signInAnswered(json({ access_token: 'access-1', token_type }));
      expect(await authorizationOf(alice)).toBe('Bearer access-1');
    },
  );

  it.each([
    ['auto', 'Basic', 'Basic'],
    ['basic', 'bearer', 'Basic'],
    ['bearer', 'basic', 'Bearer'],
  ])('with token_scheme %s and type %s is sent as %s', async (token_scheme, token_type, scheme) => {
    const { alice } = await signInAnswered(json({ access_token: 'access-1', token_type }), { token_scheme });
    expect(await authorizationOf(alice)).toBe(`${scheme} access-1`);
  });

  it.each(['a.b-c_d~e+f/g==', '!#$%&\'*^`|"(),:;<=>?@[]{}\\', 'inner  spaces', 'é÷ÿ', '0', 'x'.repeat(12_000)])(
    'security rule C33: leads to calls with the unchanged token %j',
    async (access_token) => {
      const { alice, status } = await signInAnswered(json({ access_token }));
      expect(status).toBe('connected');
      expect(await authorizationOf(alice)).toBe(`Bearer ${access_token}`);
    },
  );

  it('security rule C25: stores and shows the granted scope, not the requested one', async () => {
    const { alice } = await signInAnswered(json({ access_token: 'access-1', scope: 'notes:read' }));
    expect((await alice.connection()).scope).toBe('notes:read');
  });
});

describe('security rule C24: the lifetime of a token', () => {
  it.each<[unknown, number | null]>([
    [3600, 3600],
    ['3600', 3600],
    [3599.9, 3599],
    [0, null],
    [-1, null],
    [undefined, null],
    [null, null],
    ['', null],
    ['never', null],
    [{}, null],
    [1e12, null],
    [5_000_000_000_000, 365 * 86_400],
    [900_000_000, 365 * 86_400],
    [Number.MAX_VALUE, 365 * 86_400],
  ])('security rule C24: for expires_in %j is %j seconds', async (expires_in, seconds) => {
    const before = world.app.clock.now().getTime();
    const { alice, status } = await signInAnswered(json({ access_token: 'access-1', expires_in }));
    const after = world.app.clock.now().getTime();
    expect(status).toBe('connected');
    const { expires_at } = await alice.connection();
    // Database columns store milliseconds, and may round them.
    const [least, most] = [before, after].map((from) => from + (seconds ?? 0) * 1000);
    const isRight = (at: number) => at >= (least ?? 0) - 1 && at <= (most ?? 0) + 1;
    expect(seconds === null ? expires_at === null : isRight(Date.parse(expires_at))).toBe(true);
    expect((await alice.calls()).status).toBe(200);
  });

  it('security rule C24: can be given as a timestamp in seconds or milliseconds, or as a date', async () => {
    const at = new Date(Math.ceil(world.app.clock.now().getTime() / 1000) * 1000 + 3_600_000);
    for (const expires_in of [at.getTime() / 1000, at.getTime(), at.toISOString()]) {
      const { alice } = await signInAnswered(json({ access_token: 'access-1', expires_in }));
      const { expires_at } = await alice.connection();
      expect(Math.abs(Date.parse(expires_at) - at.getTime())).toBeLessThanOrEqual(1000);
    }
  });

  it('is unknown without expires_in, and the token is used until the API rejects it', async () => {
    const alice = await world.user();
    world.provider.behavior = { expiresIn: null };
    await alice.signsIn();
    world.app.clock.advance({ hours: 24 });
    expect((await alice.calls()).body.response.status).toBe(200);
    expect(world.provider.grants('refresh_token')).toHaveLength(0);
    world.provider.expireAccessTokens();
    expect((await alice.calls()).body.response.status).toBe(200);
    expect(world.provider.grants('refresh_token')).toHaveLength(1);
  });
});

describe('a token response without a token', () => {
  it.each<[string, TokenResponse, string]>([
    ['security rule C22: an OAuth error', json({ error: 'invalid_client' }, { status: 401 }), 'invalid_client'],
    ['security rule C22: an error under status 200', json({ error: 'bad_verification_code' }), 'bad_verification_code'],
    [
      'security rule C22: an error as a form',
      { body: 'error=bad_verification_code&error_description=x' },
      'bad_verification_code',
    ],
    ['an `ok` that is false', json({ ok: false, error: 'invalid_code' }), 'invalid_code'],
    ['an error that is an object', json({ error: { code: 'E1', message: 'no' } }, { status: 400 }), 'E1'],
    ['security rule C23: nothing but a type', json({ token_type: 'bearer', expires_in: 3600 }), 'no_access_token'],
    ['security rule C23: an empty token', json({ access_token: '' }), 'no_access_token'],
    ['security rule C23: a token that is no text', json({ access_token: { value: 'x' } }), 'no_access_token'],
    ['a web page', { body: '<!doctype html><p>access_token=1', contentType: 'text/html' }, 'unreadable_answer'],
    ['nothing', { body: '' }, 'unreadable_answer'],
    ['text', { body: 'welcome' }, 'unreadable_answer'],
    ['half an object', { body: '{"access_token":"x' }, 'unreadable_answer'],
    ['a list of texts', { body: '["x"]' }, 'unreadable_answer'],
    ['a redirect', { status: 302, body: '' }, 'redirected'],
    ['security rule C33: a token with a line break', json({ access_token: 'a\r\nx-evil: 1' }), 'invalid_token'],
    ['security rule C33: a token that fits no header', json({ access_token: 'token-☃' }), 'invalid_token'],
    ['too much', { body: `{"access_token":"x","pad":"${'x'.repeat(70_000)}"}` }, 'upstream_too_large'],
    ['security rule C31: a busy server', json({ error: 'server_error' }, { status: 503 }), 'provider_unavailable'],
  ])('fails the sign-in: %s', async (_, answer, code) => {
    const { alice, status, error } = await signInAnswered(answer);
    expect({ status, code: error?.code }).toEqual({ status: 'failed', code });
    expect(await alice.connections()).toEqual([]);
    expect(world.api.requests).toHaveLength(0);
  });

  it('is reported with the code at the error_path', async () => {
    const answer = json({ meta: { problem: 'code_was_used' } });
    const { error } = await signInAnswered(answer, { error_path: '/meta/problem' });
    expect(error.code).toBe('code_was_used');
  });

  it('fails the sign-in and shows a page if the connection is closed', async () => {
    const alice = await world.user();
    world.provider.behavior = { dropsConnections: true };
    const signIn = await alice.signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'upstream_unreachable' } });
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain('could not be connected');
  });

  it('is never followed by another request with the same code', async () => {
    await signInAnswered({ status: 503, body: '' });
    expect(world.provider.tokenRequests).toHaveLength(1);
  });
});
