// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointRequest } from '../../support/authorization-server.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Signs in and refreshes. Returns the token requests for the code and for the refresh. */
async function tokenRequests(schema: object = {}): Promise<[EndpointRequest, EndpointRequest]> {
  const alice = await world.user('alice', schema);
  await alice.signsIn();
  world.app.clock.advance({ hours: 2 });
  expect((await alice.calls()).body.outcome).toBe('completed');
  const [exchange, refresh, ...others] = world.provider.tokenRequests;
  if (!exchange || !refresh || others.length > 0) throw new Error('there were not two token requests');
  return [exchange, refresh];
}

describe('the authorization request', () => {
  it('contains the standard parameters and no others', async () => {
    const alice = await world.user();
    const { authorizationUrl, authorizationRequest } = await alice.startsSigningIn();
    expect(authorizationUrl.split('?')[0]).toBe(`${world.provider.url}/authorize`);
    expect(Object.fromEntries(authorizationRequest)).toEqual({
      response_type: 'code',
      client_id: world.provider.clientId,
      redirect_uri: expect.any(String),
      scope: 'notes:read notes:write',
      state: expect.any(String),
      code_challenge: expect.any(String),
      code_challenge_method: 'S256',
    });
  });

  it('security rule C26: requests the declared scopes only, and token requests contain none', async () => {
    const [exchange, refresh] = await tokenRequests({ scope: 'notes:read' });
    expect(world.provider.authorizationRequests.map((request) => request.getAll('scope'))).toEqual([['notes:read']]);
    for (const { params } of [exchange, refresh]) expect(params).not.toHaveProperty('scope');
  });

  it('keeps the query of the authorization URL', async () => {
    const authorization_url = `${world.provider.url}/authorize?tenant=a%20b&v=2`;
    const alice = await world.user('alice', { authorization_url });
    const signIn = await alice.startsSigningIn();
    expect(Object.fromEntries(signIn.authorizationRequest)).toMatchObject({
      tenant: 'a b',
      v: '2',
      response_type: 'code',
      client_id: world.provider.clientId,
    });
    await signIn.signsInAtTheProvider();
    expect((await signIn.returns()).status).toBe(303);
  });

  it('contains extra parameters', async () => {
    const alice = await world.user('alice', {
      authorization_params: { access_type: 'offline', prompt: 'consent & go' },
    });
    const { authorizationRequest } = await alice.startsSigningIn();
    expect(Object.fromEntries(authorizationRequest)).toMatchObject({ access_type: 'offline', prompt: 'consent & go' });
  });

  it.each(['state', 'redirect_uri', 'client_id', 'code_challenge', 'scope', 'response_type'])(
    'never lets an extra parameter replace %s',
    async (name) => {
      const gpt = await world.tenant.gpt();
      const auth = world.provider.schema({ authorization_params: { [name]: 'x' } });
      const openapi = world.api.document({ '/': { get: { operationId: 'root', responses: {} } } });
      expect(problemOf(await gpt.addAction({ openapi, auth }))).toBe('400 invalid_request /auth/authorization_params');
    },
  );

  it.each([
    [',', 'notes:read,notes:write'],
    ['+', 'notes:read+notes:write'],
    [' ', 'notes:read notes:write'],
  ])('separates scopes by %j if the schema says so', async (scope_separator, scope) => {
    const alice = await world.user('alice', { scope_separator });
    expect((await alice.startsSigningIn()).authorizationRequest.get('scope')).toBe(scope);
  });

  it.each([undefined, '', '  '])('omits the scope %j', async (scope) => {
    const alice = await world.user('alice', { scope });
    expect((await alice.startsSigningIn()).authorizationRequest.has('scope')).toBe(false);
  });

  it('security rule C36: contains the resource, as do both token requests', async () => {
    const resource = 'https://api.example.com/notes';
    const requests = await tokenRequests({ resource });
    expect(world.provider.authorizationRequests[0]?.get('resource')).toBe(resource);
    for (const { params } of requests) expect(params['resource']).toBe(resource);
  });
});

describe('security rule C19: client authentication', () => {
  it('security rule C19: sends id and secret in the body, without an Authorization header', async () => {
    for (const request of await tokenRequests()) {
      expect(request.method).toBe('POST');
      expect(request.headers['authorization']).toBeUndefined();
      expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(request.params).toMatchObject({
        client_id: world.provider.clientId,
        client_secret: world.provider.clientSecret,
      });
    }
  });

  it('security rule C19: sends id and secret in the Authorization header, and not in the body', async () => {
    for (const request of await tokenRequests({ token_exchange_method: 'basic_auth_header' })) {
      expect(request.method).toBe('POST');
      expect(pairOf(request)).toEqual([world.provider.clientId, world.provider.clientSecret]);
      expect(request.params).not.toHaveProperty('client_id');
      expect(request.params).not.toHaveProperty('client_secret');
    }
  });

  it('security rule C19: sends only the id of a public client', async () => {
    for (const { headers, params } of await tokenRequests({ client_secret: undefined })) {
      expect(headers['authorization']).toBeUndefined();
      expect(params['client_id']).toBe(world.provider.clientId);
      expect(params).not.toHaveProperty('client_secret');
    }
  });

  it.each(['a:b+%/é', 'with space & = ?', "!'()*~"])(
    'security rule C20: form-encodes id and secret before base64: %j',
    async (text) => {
      const schema = { token_exchange_method: 'basic_auth_header', client_id: text, client_secret: text };
      for (const request of await tokenRequests(schema)) expect(pairOf(request)).toEqual([text, text]);
    },
  );

  it('security rule C20: sends a secret with special characters unchanged in the body', async () => {
    const client_secret = 'a:b+%/é & =';
    for (const { params } of await tokenRequests({ client_secret }))
      expect(params['client_secret']).toBe(client_secret);
  });
});

describe('the token request', () => {
  it('security rule C21: repeats the redirect URI of the authorization request', async () => {
    const alice = await world.user();
    const { authorizationRequest } = await alice.signsIn();
    expect(world.provider.tokenRequests[0]?.params['redirect_uri']).toBe(authorizationRequest.get('redirect_uri'));
  });

  it('contains the parameters of the grant and no others', async () => {
    const [exchange, refresh] = await tokenRequests();
    const client = ['client_id', 'client_secret'];
    expect(Object.keys(exchange.params).toSorted()).toEqual(
      [...client, 'code', 'code_verifier', 'grant_type', 'redirect_uri'].toSorted(),
    );
    expect(Object.keys(refresh.params).toSorted()).toEqual([...client, 'grant_type', 'refresh_token']);
  });

  it('is JSON if the schema says so, with either authentication method', async () => {
    for (const token_exchange_method of ['default_post', 'basic_auth_header']) {
      world.reset();
      const schema = { authorization_content_type: 'application/json', token_exchange_method };
      for (const { headers, params } of await tokenRequests(schema)) {
        expect(headers['content-type']).toBe('application/json');
        expect(headers['accept']).toBe('application/json');
        expect('client_secret' in params).toBe(token_exchange_method === 'default_post');
        expect('authorization' in headers).toBe(token_exchange_method === 'basic_auth_header');
      }
    }
  });

  it('contains extra parameters', async () => {
    const token_params = { audience: 'https://api.example.com', 'odd name': 'a&b=c' };
    for (const { params } of await tokenRequests({ token_params })) expect(params).toMatchObject(token_params);
  });

  it('keeps the query of the token URL', async () => {
    const [exchange] = await tokenRequests({ token_url: `${world.provider.url}/token?version=2` });
    expect(exchange.path).toBe('/token?version=2');
  });

  it('security rule C27: no URL contains a token, secret or verifier, and only the redirect contains a code', async () => {
    const alice = await world.user('alice', { revocation_url: `${world.provider.url}/revoke` });
    await alice.signsIn();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    await alice.disconnects();
    const { requests, secrets } = world.provider;
    const requested = requests.map(({ path }) => path);
    const called = world.api.requests.map(({ path, query }) => `${path}?${query}`);
    const opened = alice.browser.history.map(({ url }) => url);
    expect([requested.length, called.length]).toEqual([5, 1]);
    const isCode = (secret: string) => secret.startsWith('code-');
    for (const secret of secrets) {
      const addresses = [...requested, ...called, ...(isCode(secret) ? [] : opened)];
      expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
    }
    expect(alice.browser.location).toContain('/callback');
    expect(alice.browser.redirect).not.toContain('code');
  });
});

/** Decodes id and secret of a Basic header (RFC 6749, section 2.3.1). */
function pairOf({ headers }: EndpointRequest): string[] {
  const [scheme, encoded = ''] = (headers['authorization'] ?? '').split(' ');
  expect(scheme).toBe('Basic');
  const pair = Buffer.from(encoded, 'base64').toString('latin1');
  return pair.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
}
