import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { altered } from '../support/altered.js';
import {
  AuthorizationWorld,
  REDIRECT_URI,
  type AuthorizedGpt,
} from '../support/mcp-authorization/authorization-world.js';

let world: AuthorizationWorld;
let gpt: AuthorizedGpt;

beforeAll(async () => {
  world = await AuthorizationWorld.start();
  gpt = await world.gpt();
});

afterAll(() => world.stop());

async function authorize(clientId: string, of = gpt) {
  const attempt = of.attempt(clientId);
  const { status, body } = await attempt.browser.get(attempt.authorizationUrl(), { follow: false });
  return { status, body, location: attempt.browser.redirect };
}

/** Opens the consent page. @returns its text */
async function consentOf(clientId: string, redirectUri = REDIRECT_URI, of = gpt): Promise<string> {
  const attempt = of.attempt(clientId);
  attempt.redirectUri = redirectUri;
  await attempt.startsAuthorizing();
  await attempt.isVerified('alice');
  const { status, body } = await attempt.opensConsent();
  expect(status).toBe(200);
  return body
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('a registration', () => {
  it('returns a public client and stores no row', async () => {
    const before = await world.app.database.tables();
    const { status, body, headers } = await gpt.register({
      client_name: 'Example app',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      software_id: 'ignored',
    });
    expect([status, headers.get('cache-control'), headers.get('access-control-allow-origin')]).toEqual([
      201,
      'no-store',
      '*',
    ]);
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[\w-]+$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'Example app',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'mcp',
    });
    const after = await world.app.database.tables();
    const countOf = (tables: typeof before) =>
      Object.entries(tables)
        .filter(([name]) => name.startsWith('mcp'))
        .map(([, rows]) => rows.length);
    expect(countOf(after)).toEqual(countOf(before));
  });

  it('is valid at every replica, and after a restart', async () => {
    const clientId = await gpt.client();
    const replica = await world.app.replica();
    try {
      const url = gpt.attempt(clientId).authorizationUrl().replace(world.app.url, replica.url);
      expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    } finally {
      await replica.stop();
    }
  });

  it('is valid for its GPT only, not for another one of the tenant', async () => {
    const other = await gpt.gpt.tenant.gpt('Another');
    const { AuthorizedGpt } = await import('../support/mcp-authorization/authorization-world.js');
    const sibling = new AuthorizedGpt(world.app, other);
    await sibling.isSetUp();
    const clientId = await gpt.client();
    expect((await authorize(clientId)).status).toBe(303);
    expect((await authorize(clientId, sibling)).status).toBe(400);
    expect((await authorize(clientId, await world.gpt())).status).toBe(400);
    expect((await authorize(altered(clientId))).status).toBe(400);
  });

  it.each([
    ['no redirect URIs', { redirect_uris: undefined }, 'invalid_redirect_uri'],
    ['an empty list', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['a number', { redirect_uris: [1] }, 'invalid_redirect_uri'],
    ['http on another host', { redirect_uris: ['http://app.example.com/cb'] }, 'invalid_redirect_uri'],
    [
      'http on an address that looks like loopback',
      { redirect_uris: ['http://127.0.0.1.evil.example/cb'] },
      'invalid_redirect_uri',
    ],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['a data URL', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
    ['a file', { redirect_uris: ['file:///etc/passwd'] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: [`${REDIRECT_URI}#`] }, 'invalid_redirect_uri'],
    ['dot segments', { redirect_uris: ['https://app.example.com/a/..'] }, 'invalid_redirect_uri'],
    ['user information', { redirect_uris: ['https://app.example.com@evil.example/'] }, 'invalid_redirect_uri'],
    ['a backslash', { redirect_uris: ['https://app.example.com\\@evil.example/'] }, 'invalid_redirect_uri'],
    ['a relative URI', { redirect_uris: ['/callback'] }, 'invalid_redirect_uri'],
    ['a space', { redirect_uris: ['https://app.example.com/a b'] }, 'invalid_redirect_uri'],
    [
      'too many',
      { redirect_uris: Array.from({ length: 21 }, (_, i) => `https://app.example.com/${i}`) },
      'invalid_redirect_uri',
    ],
    [
      'too much',
      { redirect_uris: Array.from({ length: 4 }, (_, i) => `https://app.example.com/${i}${'x'.repeat(900)}`) },
      'invalid_client_metadata',
    ],
    ['another grant', { grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    ['another response', { response_types: ['token'] }, 'invalid_client_metadata'],
  ])('with %s is refused', async (_, metadata, error) => {
    const answer = await gpt.register(metadata);
    expect([answer.status, answer.body]).toEqual([400, { error, error_description: expect.any(String) }]);
  });

  it.each([
    'https://app.example.com/cb?x=1',
    'http://localhost:3000/',
    'http://127.0.0.1',
    'com.example.app:/cb',
    'vscode://ext/cb',
  ])('may have the redirect URI %s', async (uri) => {
    expect((await gpt.register({ redirect_uris: [uri] })).status).toBe(201);
  });

  it('is shown as not verified on the consent page, with the host that access is sent to', async () => {
    const text = await consentOf(await gpt.client({ client_name: 'ChatGPT' }));
    expect(text).toContain('Allow ChatGPT to act for you?');
    expect(text).toContain('Not verified: anyone can use this name.');
    expect(text).toContain('Access is sent to app.example.com');
    expect(text).toContain('It will act for alice');
    expect(text).toContain('Assistant Note keeper');
    expect(text).not.toContain('on this device');
  });

  it('cannot deceive with its name', async () => {
    const text = await consentOf(await gpt.client({ client_name: '<b>Claude</b>\u202e\n\u0000 ' + 'x'.repeat(200) }));
    expect(text).toContain(`Allow &#60;b&#62;Claude&#60;/b&#62; ${'x'.repeat(66)} to act for you?`);
    const unnamed = await consentOf(await gpt.client({ client_name: '\u200b' }));
    expect(unnamed).toContain('Allow app.example.com to act for you?');
  });

  it.each([
    ['http://127.0.0.1:7777/cb', '127.0.0.1:7777', 'a program on this device', "'self' https: http://127.0.0.1:7777"],
    ['http://[::1]:7777/cb', '[::1]:7777', 'a program on this device', "'self' https: http:"],
    ['cursor://app/cb', 'cursor:', 'an app on this device', "'self' https: cursor:"],
  ])('for %s warns that access is sent to this device', async (uri, target, warning, formAction) => {
    const clientId = await gpt.client({ redirect_uris: [uri] });
    const text = await consentOf(clientId, uri);
    expect(text).toContain(`Access is sent to ${target}`);
    expect(text).toContain(warning);
    const attempt = gpt.attempt(clientId);
    attempt.redirectUri = uri;
    await attempt.startsAuthorizing();
    await attempt.isVerified('alice');
    const { headers } = await attempt.opensConsent();
    expect(headers.get('content-security-policy')).toContain(`form-action ${formAction};`);
    await attempt.allows();
    expect(attempt.responseUrl).toMatch(new RegExp(`^${uri.replaceAll(/[[\]]/g, '\\$&')}\\?code=`));
  });
});

describe('a client metadata document', () => {
  it('identifies a client by its URL, and the consent page names the host that published it', async () => {
    const clientId = world.publish({ token_endpoint_auth_method: 'none', logo_uri: 'https://app.example.com/l.png' });
    const text = await consentOf(clientId);
    expect(text).toContain('Allow Example app to act for you?');
    expect(text).toContain(`Published by ${new URL(clientId).host}`);
    expect(text).not.toContain('Not verified');
    const attempt = await gpt.attempt(clientId).authorizes();
    expect((await attempt.redeems()).status).toBe(200);
  });

  it('is fetched without credentials, and again only when it is old', async () => {
    const clientId = world.publish();
    const fetches = () => world.publisher.requests.filter(({ path }) => clientId.endsWith(path));
    await authorize(clientId);
    await authorize(clientId);
    expect(fetches()).toHaveLength(1);
    expect(Object.keys(fetches()[0]?.headers ?? {}).toSorted()).not.toContain('authorization');
    world.app.clock.advance({ minutes: 6 });
    await authorize(clientId);
    expect(fetches()).toHaveLength(2);
  });

  it.each([
    ['names another client', { client_id: 'https://other.example/client.json' }, {}],
    ['uses a secret-based method', { token_endpoint_auth_method: 'client_secret_basic' }, {}],
    ['uses client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }, {}],
    ['has a secret', { client_secret: 'x' }, {}],
    ['has the expiry of a secret', { client_secret_expires_at: 0 }, {}],
    ['has no redirect URIs', { redirect_uris: undefined }, {}],
    ['has an unsafe redirect URI beside the good one', { redirect_uris: [REDIRECT_URI, 'javascript:alert(1)'] }, {}],
    ['does not have the redirect URI', { redirect_uris: ['https://app.example.com/other'] }, {}],
    ['is not found', {}, { status: 404 }],
    ['is elsewhere', {}, { status: 302, headers: { location: '/elsewhere.json' } }],
    ['is not JSON', {}, { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['is broken JSON', {}, { body: '{', headers: { 'content-type': 'application/json' } }],
    ['is a list', {}, { body: [] }],
    ['is too large', { padding: 'x'.repeat(30_000) }, {}],
  ])('that %s is refused without a redirect, and again after the error', async (_, members, reply) => {
    const clientId = world.publish(members, reply);
    for (const _attempt of [1, 2]) {
      const { status, location, body } = await authorize(clientId);
      expect([status, location]).toEqual([400, undefined]);
      expect(body).toContain('The application cannot be connected');
    }
    expect(world.publisher.requests.some(({ path }) => path === '/elsewhere.json')).toBe(false);
  });

  it.each([
    'http://app.example.com/client.json',
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/client.json#x',
    'https://app.example.com/a/../client.json',
    'https://user@app.example.com/client.json',
    'HTTPS://app.example.com/client.json',
    `https://app.example.com/${'x'.repeat(2000)}`,
  ])('is not fetched from %s', async (clientId) => {
    const { status, location } = await authorize(clientId);
    expect([status, location]).toEqual([400, undefined]);
  });

  it('is fetched under the egress policy', async () => {
    const { status, body } = await authorize('https://10.1.2.3/client.json');
    expect(status).toBe(400);
    expect(body).toContain('the egress policy does not allow this address');
    expect(body).not.toContain('EGRESS_ALLOW');
  });
});
