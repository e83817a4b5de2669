import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import {
  AuthorizationWorld,
  REDIRECT_URI,
  type AuthorizedGpt,
} from '../support/mcp-authorization/authorization-world.js';

let world: AuthorizationWorld;
let gpt: AuthorizedGpt;
let clientId: string;

beforeAll(async () => {
  world = await AuthorizationWorld.start();
  gpt = await world.gpt();
  clientId = await gpt.client();
});

afterAll(() => world.stop());

/** Sends an authorization request. @returns the status, and the parameters of a response to the redirect URI */
async function authorize(parameters: object, of = gpt, client = clientId) {
  const attempt = of.attempt(client);
  const { status, body } = await attempt.browser.get(attempt.authorizationUrl(parameters), { follow: false });
  const location = attempt.browser.redirect;
  const response = location?.startsWith(REDIRECT_URI) ? Object.fromEntries(new URL(location).searchParams) : undefined;
  return { status, body, location, response, state: attempt.state };
}

describe('the authorization endpoint', () => {
  it('sends the browser to the login page with the authorization and a token, and sets a cookie', async () => {
    const attempt = gpt.attempt(clientId);
    await attempt.startsAuthorizing();
    const { searchParams } = new URL(attempt.loginUrl);
    expect(Object.fromEntries(searchParams)).toEqual({
      theme: 'dark',
      authorization: expect.stringMatching(/^az-[a-z2-9]{26}$/),
      browser_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    const { headers } = attempt.browser.page;
    expect(headers.get('set-cookie')).toMatch(/^countersign=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  it.each([
    ['the MCP URL', () => gpt.url],
    ['the MCP URL with a slash', () => `${gpt.url}/`],
    ['the origin', () => world.app.url],
    ['the origin with a slash', () => `${world.app.url}/`],
    ['no resource', () => undefined],
  ])('accepts %s as the resource', async (_, resource) => {
    expect((await authorize({ resource: resource() })).location).toContain('https://chat.acme.example/login');
  });

  const ERRORS: [string, object, string][] = [
    ['a foreign resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['a resource that only begins like the MCP URL', { resource: 'X' }, 'invalid_target'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['the PKCE method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without a method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is no digest', { code_challenge: 'short' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['another response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['only unknown scopes', { scope: 'admin' }, 'invalid_scope'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'https://app.example.com/r' }, 'request_uri_not_supported'],
    ['prompt=none, because consent is never skipped', { prompt: 'none' }, 'consent_required'],
  ];

  it.each(ERRORS)('returns %s to the client as an error with state and issuer', async (_, parameters, error) => {
    const { status, response, state } = await authorize(parameters);
    expect(status).toBe(303);
    expect(response).toEqual({ error, error_description: expect.any(String), state, iss: gpt.url });
  });

  it('returns a repeated parameter as an error, except resource', async () => {
    const attempt = gpt.attempt(clientId);
    const url = attempt.authorizationUrl();
    await attempt.browser.get(`${url}&scope=mcp&scope=mcp`, { follow: false });
    expect(new URL(attempt.browser.redirect ?? '').searchParams.get('error')).toBe('invalid_request');
    await attempt.browser.get(`${url}&resource=${encodeURIComponent(gpt.url)}`, { follow: false });
    expect(attempt.browser.redirect).toContain('https://chat.acme.example/login');
    await attempt.browser.get(`${url}&resource=https%3A%2F%2Fother.example`, { follow: false });
    expect(new URL(attempt.browser.redirect ?? '').searchParams.get('error')).toBe('invalid_target');
  });

  it.each([
    ['an unknown client', { client_id: 'unknown' }],
    ['a missing client', { client_id: undefined }],
    ['a missing redirect URI', { redirect_uri: undefined }],
    ['a redirect URI of nobody', { redirect_uri: 'https://evil.example/callback' }],
    ['a redirect URI with a suffix', { redirect_uri: `${REDIRECT_URI}/more` }],
    ['a redirect URI with a query', { redirect_uri: `${REDIRECT_URI}?next=evil` }],
    ['a redirect URI in other letters', { redirect_uri: 'https://APP.example.com/callback' }],
    ['a redirect URI with a port', { redirect_uri: 'https://app.example.com:444/callback' }],
    ['a redirect URI with a fragment', { redirect_uri: `${REDIRECT_URI}#x` }],
    ['a redirect URI with dot segments', { redirect_uri: 'https://app.example.com/x/../callback' }],
    ['a redirect URI with encoded dot segments', { redirect_uri: 'https://app.example.com/x/%2e%2E/callback' }],
    ['a script as the redirect URI', { redirect_uri: 'javascript:alert(1)' }],
  ])('never redirects for %s', async (_, parameters) => {
    const { status, location, body } = await authorize(parameters);
    expect([status, location]).toEqual([400, undefined]);
    expect(body).toContain('The application cannot be connected');
  });

  it('matches the redirect URIs of loopback addresses on any port, and never across hosts', async () => {
    const client = await gpt.client({
      redirect_uris: ['http://127.0.0.1:3000/cb', 'http://[::1]/cb', 'cursor://app/cb'],
    });
    const statusOf = async (redirect_uri: string) => (await authorize({ redirect_uri }, gpt, client)).status;
    for (const uri of [
      'http://127.0.0.1:3000/cb',
      'http://127.0.0.1:51234/cb',
      'http://127.0.0.1/cb',
      'http://[::1]:4/cb',
    ])
      expect([uri, await statusOf(uri)]).toEqual([uri, 303]);
    expect(await statusOf('cursor://app/cb')).toBe(303);
    for (const uri of [
      'http://localhost:3000/cb',
      'http://127.0.0.2:3000/cb',
      'http://127.0.0.1:3000/other',
      'https://127.0.0.1:3000/cb',
      'cursor://app:1/cb',
    ])
      expect([uri, await statusOf(uri)]).toEqual([uri, 400]);
  });

  it('answers for a GPT without the built-in server as for one that does not exist', async () => {
    const others = await Promise.all([
      world.gpt({ authorization: 'keys' }),
      world.gpt({ enabled: false }),
      world.gpt({ authorization: 'jwt', issuer: 'https://idp.example' }),
    ]);
    for (const { url } of [...others, { url: `${world.app.url}/mcp/g-unknown` }]) {
      const attempt = gpt.attempt(clientId);
      const page = await new Browser().get(attempt.authorizationUrl().replace(gpt.url, url), { follow: false });
      expect([page.status, page.body.includes('Authorization not found')]).toEqual([404, true]);
      for (const endpoint of ['token', 'revoke']) {
        const answer = await world.app.anonymous.send('POST', `${new URL(url).pathname}/${endpoint}`, 'a=b', {
          'content-type': 'application/x-www-form-urlencoded',
        });
        expect([answer.status, answer.body.error]).toEqual([404, 'invalid_request']);
      }
      expect((await world.app.anonymous.post(`${new URL(url).pathname}/register`, {})).status).toBe(404);
      expect((await world.app.anonymous.get(`${new URL(url).pathname}/.well-known/openid-configuration`)).status).toBe(
        404,
      );
    }
  });

  it('accepts only clients and redirect URIs of the hosts in client_hosts', async () => {
    const narrow = await world.gpt({ clientHosts: ['app.example.com', '127.0.0.1'] });
    const client = await narrow.client({ redirect_uris: [REDIRECT_URI, 'http://127.0.0.1:1/cb'] });
    expect((await authorize({}, narrow, client)).status).toBe(303);
    expect((await narrow.register({ redirect_uris: ['https://evil.example/cb'] })).body.error).toBe(
      'invalid_redirect_uri',
    );
    expect((await narrow.register({ redirect_uris: ['cursor:/cb'] })).body.error).toBe('invalid_redirect_uri');
    const document = world.publish();
    expect((await authorize({}, narrow, document)).status).toBe(303);
    // A registration from before the list was made shorter.
    await narrow.change({ clientHosts: ['127.0.0.1'] });
    expect((await authorize({}, narrow, client)).status).toBe(400);
    expect((await authorize({}, narrow, document)).status).toBe(400);
    await narrow.change({ clientHosts: ['app.example.com'] });
    const requests = world.publisher.requests.length;
    expect((await authorize({}, narrow, world.publish())).status).toBe(400);
    expect(world.publisher.requests).toHaveLength(requests);
  });

  it('stores nothing for a HEAD request or a prefetch', async () => {
    const own = await world.gpt();
    const url = own.attempt(await own.client()).authorizationUrl();
    expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).toBe(200);
    expect((await fetch(url, { headers: { purpose: 'prefetch' }, redirect: 'manual' })).status).toBe(503);
    const rows = (await world.app.database.tables())['mcp_authorizations'] ?? [];
    expect(rows.filter(({ gpt_id }) => gpt_id === own.gpt.id)).toEqual([]);
  });
});

describe('the metadata', () => {
  it('is the same in every layout and for every origin', async () => {
    const { body } = await world.app.anonymous.get(`${gpt.path}/.well-known/oauth-authorization-server`);
    expect(body).toEqual({
      issuer: gpt.url,
      authorization_endpoint: `${gpt.url}/authorize`,
      token_endpoint: `${gpt.url}/token`,
      registration_endpoint: `${gpt.url}/register`,
      revocation_endpoint: `${gpt.url}/revoke`,
      scopes_supported: ['mcp'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      protected_resources: [gpt.url],
    });
    for (const path of [
      `/.well-known/oauth-authorization-server${gpt.path}`,
      `/.well-known/openid-configuration${gpt.path}`,
      `${gpt.path}/.well-known/openid-configuration`,
    ]) {
      const answer = await world.app.anonymous.send('GET', path, undefined, { origin: 'https://inspector.example' });
      expect([answer.status, answer.body, answer.headers.get('access-control-allow-origin')]).toEqual([200, body, '*']);
    }
  });

  it('names the required scope', async () => {
    const scoped = await world.gpt({ requiredScope: 'notes' });
    const { body } = await world.app.anonymous.get(`${scoped.path}/.well-known/oauth-authorization-server`);
    expect(body.scopes_supported).toEqual(['mcp', 'notes']);
  });

  it.each(['token', 'register', 'revoke'])(
    'a preflight of /%s is answered for every origin and GPT',
    async (endpoint) => {
      for (const path of [gpt.path, '/mcp/g-unknown']) {
        const preflight = { origin: 'https://inspector.example', 'access-control-request-method': 'POST' };
        const answer = await world.app.anonymous.send('OPTIONS', `${path}/${endpoint}`, undefined, preflight);
        expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
      }
    },
  );

  it('responses that browsers navigate to are closed to other origins', async () => {
    for (const path of [`${gpt.path}/authorize`, `${gpt.path}/consent/az-x`]) {
      const answer = await world.app.anonymous.send('GET', path, undefined, { origin: 'https://inspector.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('the verification of the user', () => {
  it('refuses a wrong token with 403, a second time with 409, and an unknown authorization with 404', async () => {
    const attempt = gpt.attempt(clientId);
    await attempt.startsAuthorizing();
    expect(await attempt.verifies('alice', { browser_token: 'wrong' })).toMatchObject({
      status: 403,
      body: { code: 'verification_refused', errors: [{ pointer: '/browser_token' }] },
    });
    const { status, body } = await attempt.verifies('alice');
    expect([status, Object.keys(body)]).toEqual([200, ['redirect_url']]);
    expect(body.redirect_url).toMatch(new RegExp(`^${gpt.url}/consent/${attempt.id}\\?key=[\\w-]{43}$`));
    expect(await attempt.verifies('mallory')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const { runtime } = gpt.gpt.tenant;
    const unknown = await runtime.post('/v1/mcp-authorizations/az-unknown/verify', { user: 'a', browser_token: 'x' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('sets one user when two requests arrive together', async () => {
    const attempt = gpt.attempt(clientId);
    await attempt.startsAuthorizing();
    const answers = await Promise.all([attempt.verifies('alice'), attempt.verifies('bob')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  it('does not exist for another tenant, nor for a key of another GPT', async () => {
    const attempt = gpt.attempt(clientId);
    await attempt.startsAuthorizing();
    const body = { user: 'a', browser_token: new URL(attempt.loginUrl).searchParams.get('browser_token') };
    const path = `/v1/mcp-authorizations/${attempt.id}/verify`;
    const stranger = await world.app.tenant();
    expect((await stranger.runtime.post(path, body)).status).toBe(404);
    const { tenant } = gpt.gpt;
    const other = await tenant.gpt('Another');
    const key = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'narrow', gpt_ids: [other.id] });
    const headers = { 'x-api-key': key.body.key };
    expect((await world.app.anonymous.send('POST', path, body, headers)).status).toBe(404);
    expect((await attempt.verifies('alice')).status).toBe(200);
  });

  it('is refused after ten minutes, and after a change of the mode', async () => {
    const own = await world.gpt();
    const [late, changed] = [own.attempt(await own.client()), own.attempt(await own.client())];
    await late.startsAuthorizing();
    world.app.clock.advance({ minutes: 11 });
    expect((await late.verifies('alice')).status).toBe(409);
    await changed.startsAuthorizing();
    await own.change({ authorization: 'keys', authorizationVersion: 1 });
    expect((await changed.verifies('alice')).status).toBe(409);
    await own.change({ authorization: 'builtin', authorizationVersion: 2 });
    expect((await changed.verifies('alice')).status).toBe(409);
  });
});
