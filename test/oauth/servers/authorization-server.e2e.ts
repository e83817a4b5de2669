// Runs once: the database takes no part in what this suite tests.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorizationServer } from '../../support/authorization-server.js';

/*
 * The authorization server of most suites: it must reject what real servers reject.
 */

const REDIRECT_URI = 'https://countersign.example.com/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let server: AuthorizationServer;

beforeAll(async () => {
  server = await AuthorizationServer.start();
});

afterAll(() => server.stop());

beforeEach(() => server.reset());

/** Sends an authorization request. @returns the parameters of the redirect, or the status of an error page */
async function authorize(changes: Record<string, string> = {}): Promise<Record<string, string> | number> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: server.clientId,
    redirect_uri: REDIRECT_URI,
    state: 'state-1',
    ...changes,
  });
  const response = await fetch(`${server.url}/authorize?${query}`, { redirect: 'manual' });
  const location = response.headers.get('location');
  return location ? Object.fromEntries(new URL(location).searchParams) : response.status;
}

async function codeFor(changes: Record<string, string> = {}): Promise<string> {
  const back = await authorize(changes);
  return typeof back === 'number' ? '' : (back['code'] ?? '');
}

/** Sends a request of a client. @returns status and error, or the tokens */
async function post(path: string, params: Record<string, string>, headers: Record<string, string> = {}) {
  const all = { client_id: server.clientId, client_secret: server.clientSecret, ...params };
  const sent = Object.entries(all).filter(([, value]) => value !== '');
  const response = await fetch(server.url + path, { method: 'POST', headers, body: new URLSearchParams(sent) });
  const text = await response.text();
  return { status: response.status, ...(text && JSON.parse(text)) };
}

const exchange = (code: string, more: Record<string, string> = {}) =>
  post('/token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...more });

const refresh = (refresh_token: string) => post('/token', { grant_type: 'refresh_token', refresh_token });

const refused = { status: 400, error: 'invalid_grant' };

describe('the authorization server of the tests', () => {
  it('exchanges a code once, and revokes its tokens on reuse', async () => {
    const code = await codeFor();
    const { access_token, refresh_token } = await exchange(code);
    expect(server.accessTokens.has(access_token)).toBe(true);
    expect(await exchange(code)).toMatchObject(refused);
    expect(server.accessTokens.has(access_token)).toBe(false);
    expect(await refresh(refresh_token)).toMatchObject(refused);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['another redirect URI', {}, { redirect_uri: `${REDIRECT_URI}/` }],
    ['no redirect URI', {}, { redirect_uri: '' }],
    [
      'another verifier',
      { code_challenge: CHALLENGE, code_challenge_method: 'S256' },
      { code_verifier: 'x'.repeat(43) },
    ],
    ['no verifier', { code_challenge: CHALLENGE, code_challenge_method: 'S256' }, {}],
    ['a verifier that no challenge was made of', {}, { code_verifier: VERIFIER }],
  ])('security rule C21: rejects a code with %s, and accepts it with the correct one', async (_, asked, more) => {
    const code = await codeFor(asked);
    expect(await exchange(code, more)).toMatchObject(refused);
    const right: Record<string, string> = 'code_challenge' in asked ? { code_verifier: VERIFIER } : {};
    expect((await exchange(code, right)).status).toBe(200);
  });

  it('authenticates clients with one method at a time', async () => {
    expect(await authorize({ client_id: 'stranger' })).toBe(400);
    const basic = { authorization: `Basic ${btoa(`${server.clientId}:${server.clientSecret}`)}` };
    const none = { client_id: '', client_secret: '' };
    expect(await exchange(await codeFor(), { client_secret: 'wrong' })).toMatchObject({ status: 401 });
    expect(await exchange(await codeFor(), { client_secret: '' })).toMatchObject({ status: 401 });
    const code = await codeFor();
    const params = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
    expect(await post('/token', params, basic)).toMatchObject({ status: 400, error: 'invalid_request' });
    server.simulate('only credentials in the body');
    expect(await post('/token', { ...params, ...none }, basic)).toMatchObject({ status: 401 });
    server.simulate('only Basic authentication');
    expect(await post('/token', params)).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(await post('/token', { ...params, ...none }, basic)).toMatchObject({ status: 200 });
  });

  it('rotates refresh tokens, and revokes the grant on reuse', async () => {
    server.simulate('rotates', 'reuse ends the grant');
    const first = await exchange(await codeFor());
    const second = await refresh(first.refresh_token);
    expect(second).toMatchObject({ status: 200, refresh_token: expect.any(String) });
    expect(await refresh(first.refresh_token)).toMatchObject(refused);
    expect(await refresh(second.refresh_token)).toMatchObject(refused);
    expect(server.accessTokens.has(second.access_token)).toBe(false);
  });

  it('revokes an access token alone, a refresh token with its grant, and no tokens of other clients', async () => {
    const { access_token, refresh_token } = await exchange(await codeFor());
    server.schema({ client_id: 'other', client_secret: 'other-secret' });
    const other = { client_id: 'other', client_secret: 'other-secret' };
    expect(await post('/revoke', { token: refresh_token, ...other })).toEqual({ status: 200 });
    expect(await post('/revoke', { token: access_token, client_secret: 'wrong' })).toMatchObject({ status: 401 });
    expect(server.accessTokens.has(access_token)).toBe(true);
    expect(await post('/revoke', { token: access_token })).toEqual({ status: 200 });
    expect(server.accessTokens.has(access_token)).toBe(false);
    const { access_token: renewed } = await refresh(refresh_token);
    expect(await post('/revoke', { token: refresh_token })).toEqual({ status: 200 });
    expect(server.accessTokens.has(renewed)).toBe(false);
    expect(await refresh(refresh_token)).toMatchObject(refused);
    expect(await post('/revoke', { token: 'unknown' })).toEqual({ status: 200 });
  });

  it('requires or rejects PKCE as configured, and supports only S256', async () => {
    server.simulate('PKCE required');
    expect(await authorize()).toMatchObject({ error: 'invalid_request', state: 'state-1' });
    expect(await authorize({ code_challenge: VERIFIER, code_challenge_method: 'plain' })).toHaveProperty('error');
    server.simulate('PKCE refused');
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    expect(await authorize(pkce)).toMatchObject({ error: 'invalid_request' });
    server.simulate('PKCE refused at the token endpoint');
    const code = await codeFor(pkce);
    expect(await exchange(code, { code_verifier: VERIFIER })).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  it('combines behaviors, of which later ones take precedence, and resets them', async () => {
    server.simulate('rotates', 'form-encoded responses', 'iss', 'state dropped', 'log-in page');
    expect(server.behavior).toMatchObject({
      rotates: true,
      redirectWith: { iss: '{{issuer}}', state: '' },
      tokenResponse: { contentType: expect.stringContaining('text/html') },
    });
    expect(await authorize()).toEqual({ code: expect.any(String), iss: server.url });
    server.simulate();
    expect(await authorize()).toEqual({ code: expect.any(String), state: 'state-1' });
    expect(server.requests.map(({ path }) => path.split('?')[0])).toEqual(['/authorize', '/authorize']);
  });

  it('requires POST at the token endpoint, and responds with 404 to other paths', async () => {
    expect((await fetch(`${server.url}/token`)).status).toBe(405);
    expect((await fetch(`${server.url}/login`)).status).toBe(404);
  });
});
