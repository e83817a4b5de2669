import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { Browser, signInAsBrowser } from './browser.js';
import { startNotesProvider, type NotesProvider, type RegisteredClient } from './index.js';

const redirectUri = 'http://127.0.0.1:9/aip/g-example/oauth/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

let provider: NotesProvider;

beforeEach(async () => {
  provider = await startNotesProvider();
  provider.registerRedirectUri(redirectUri);
});

afterEach(() => provider.close());

describe('the open API', () => {
  it('returns the weather without authentication and records the request', async () => {
    const response = await fetch(`${provider.weatherUrl}/weather/S%C3%A3o%20Paulo?units=fahrenheit`);
    expect(await response.json()).toEqual({ town: 'São Paulo', temperature: 81, units: 'fahrenheit', sky: 'rain' });
    expect(provider.requests).toEqual([
      expect.objectContaining({ api: 'weather', method: 'GET', query: { units: 'fahrenheit' }, body: undefined }),
    ]);
  });

  it('records a request without a matching operation', async () => {
    expect((await fetch(`${provider.weatherUrl}/weather/..%2Fadmin/x?a=1&a=2`)).status).toBe(404);
    expect(provider.requests[0]).toMatchObject({ path: '/weather/..%2Fadmin/x', query: { a: ['1', '2'] } });
  });

  it.each(['weather', 'stats', 'notes'] as const)('serves its document as JSON and as YAML: %s', async (name) => {
    const document = provider.documents[name] as { servers: { url: string }[] };
    const url = document.servers[0]?.url;
    expect(await (await fetch(`${url}/openapi.json`)).json()).toEqual(document);
    expect(load(await (await fetch(`${url}/openapi.yaml`)).text())).toEqual(document);
    expect(provider.requests).toEqual([]);
  });
});

describe('the API-key API', () => {
  const report = (authorization: string) =>
    fetch(`${provider.statisticsUrl}/reports`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'May', tags: ['a'] }),
    });

  it('accepts the key and records the request', async () => {
    expect((await report(`Bearer ${provider.apiKey}`)).status).toBe(201);
    expect(provider.requests[0]).toMatchObject({ path: '/reports', body: { title: 'May', tags: ['a'] } });
  });

  it.each(['Bearer wrong', 'Basic eDp5', ''])(
    'challenges a request with another key or none: "%s"',
    async (authorization) => {
      const response = await report(authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    },
  );
});

describe('the OAuth API', () => {
  it('issues a token for the notes of the user who signed in', async () => {
    const alice = await signIn('alice');
    const bob = await signIn('bob');
    const written = await callNotes('POST', '/notes', alice.access_token, { title: 'Milk', text: 'two litres' });
    expect(written.status).toBe(201);
    expect(await notesOf(alice.access_token)).toEqual(['Milk']);
    expect(await notesOf(bob.access_token)).toEqual([]);
    expect(alice).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: provider.scope });
  });

  it('serves the operation without security without a token', async () => {
    expect((await fetch(`${provider.url}/about`)).status).toBe(200);
  });

  it('challenges a request without a token, with an unknown token, and with a token whose scope is insufficient', async () => {
    const reader = await signIn('alice', { scope: 'notes:read' });
    const none = await fetch(`${provider.url}/notes`);
    const unknown = await callNotes('GET', '/notes', 'unknown');
    const tooSmall = await callNotes('DELETE', '/notes/1', reader.access_token);
    expect([none.status, unknown.status, tooSmall.status]).toEqual([401, 401, 403]);
    expect(none.headers.get('www-authenticate')).not.toContain('error=');
    expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(tooSmall.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });

  it('accepts the client that sends its secret in a header', async () => {
    const basic = provider.clients.find((client) => client.tokenEndpointAuthMethod === 'client_secret_basic');
    expect(await signIn('alice', { client: basic })).toHaveProperty('access_token');
    expect(provider.tokenRequests).toEqual([
      { grantType: 'authorization_code', clientId: 'countersign-basic', status: 200 },
    ]);
  });

  it('rejects a redirect URI that is not registered', async () => {
    const page = await new Browser().get(authorizationUrl({ redirect_uri: 'http://127.0.0.1:9/elsewhere' }));
    expect(page).toMatchObject({ status: 400, body: expect.stringContaining('redirect_uri') });
  });

  it('rejects an authorization request without PKCE', async () => {
    const page = await new Browser().get(authorizationUrl({ code_challenge: '', code_challenge_method: '' }), {
      follow: false,
    });
    expect(page.headers.get('location')).toContain('error=invalid_request');
  });

  it('redirects back with access_denied when the user declines', async () => {
    const browser = new Browser();
    await browser.get(authorizationUrl());
    await browser.submit({}, { button: 'Deny', follow: notToTheCallback });
    expect(new URL(browser.redirect ?? '').searchParams.get('error')).toBe('access_denied');
  });
});

describe('tokens', () => {
  it('rotates the refresh token and revokes the whole grant when one is used twice', async () => {
    const first = await signIn('alice');
    const second = await refresh(first.refresh_token);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await refresh(second.body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await callNotes('GET', '/notes', second.body.access_token)).status).toBe(401);
    expect(provider.tokenRequests.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
  });

  it('accepts a code once, and revokes its tokens when it is used again', async () => {
    const code = await authorizationCode('alice');
    const first = await token({ grant_type: 'authorization_code', code });
    expect(await token({ grant_type: 'authorization_code', code })).toMatchObject({ status: 400 });
    expect((await callNotes('GET', '/notes', first.body.access_token)).status).toBe(401);
  });

  it('rejects a code with another verifier', async () => {
    const code = await authorizationCode('alice');
    const answer = await token({ grant_type: 'authorization_code', code, code_verifier: 'x'.repeat(43) });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('expires access tokens on request; refresh tokens keep working', async () => {
    const tokens = await signIn('alice');
    provider.expireAccessTokens();
    expect((await callNotes('GET', '/notes', tokens.access_token)).status).toBe(401);
    const renewed = await refresh(tokens.refresh_token);
    expect((await callNotes('GET', '/notes', renewed.body.access_token)).status).toBe(200);
  });

  it('revokes a refresh token together with its access tokens', async () => {
    const tokens = await signIn('alice');
    const body = new URLSearchParams({ token: tokens.refresh_token, ...credentialsOf(provider.clients[0]) });
    expect((await fetch(provider.revocationUrl, { method: 'POST', body })).status).toBe(200);
    expect((await callNotes('GET', '/notes', tokens.access_token)).status).toBe(401);
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
  });
});

describe('options', () => {
  it('expires access tokens after their lifetime', async () => {
    await provider.close();
    provider = await startNotesProvider({ accessTokenTtl: 1 });
    provider.registerRedirectUri(redirectUri);
    const tokens = await signIn('alice');
    expect(tokens.expires_in).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect((await callNotes('GET', '/notes', tokens.access_token)).status).toBe(401);
  });
});

function authorizationUrl(parameters: Record<string, string> = {}): string {
  const url = new URL(provider.authorizationUrl);
  const all = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    scope: provider.scope,
    state: 'some-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) if (value) url.searchParams.set(name, value);
  return url.href;
}

function notToTheCallback(url: string): boolean {
  return !url.startsWith(redirectUri);
}

async function authorizationCode(userName: string, parameters: Record<string, string> = {}): Promise<string> {
  const browser = await signInAsBrowser(authorizationUrl(parameters), userName, { follow: notToTheCallback });
  const callback = new URL(browser.redirect ?? '');
  expect(callback.searchParams.get('state')).toBe('some-state');
  expect(callback.searchParams.get('iss')).toBe(provider.issuer);
  return callback.searchParams.get('code') ?? '';
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

async function signIn(
  userName: string,
  {
    client = provider.clients[0],
    scope = provider.scope,
  }: { client?: RegisteredClient | undefined; scope?: string } = {},
): Promise<Tokens> {
  const code = await authorizationCode(userName, { client_id: client?.clientId ?? '', scope });
  return (await token({ grant_type: 'authorization_code', code }, client)).body;
}

function refresh(refreshToken: string) {
  return token({ grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function token(parameters: Record<string, string>, client = provider.clients[0]) {
  const redirect: Record<string, string> =
    parameters.grant_type === 'authorization_code' ? { redirect_uri: redirectUri, code_verifier: verifier } : {};
  const inHeader = client?.tokenEndpointAuthMethod === 'client_secret_basic';
  const credentials = Buffer.from(`${client?.clientId}:${client?.clientSecret}`).toString('base64');
  const response = await fetch(provider.tokenUrl, {
    method: 'POST',
    headers: inHeader ? { authorization: `Basic ${credentials}` } : {},
    body: new URLSearchParams({ ...redirect, ...(inHeader ? {} : credentialsOf(client)), ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Tokens };
}

function credentialsOf(client: RegisteredClient | undefined): Record<string, string> {
  return { client_id: client?.clientId ?? '', client_secret: client?.clientSecret ?? '' };
}

function callNotes(method: string, path: string, accessToken: string, body?: object): Promise<Response> {
  return fetch(provider.url + path, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function notesOf(accessToken: string): Promise<string[]> {
  const { notes } = (await (await callNotes('GET', '/notes', accessToken)).json()) as { notes: { title: string }[] };
  return notes.map(({ title }) => title);
}
