// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';
import type { ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { LAYOUTS, MetadataServer } from '../../support/metadata-server.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestGpt } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;
let server: MetadataServer;
let gpt: TestGpt;

beforeAll(async () => {
  [world, server] = await Promise.all([OAuthWorld.start(), MetadataServer.start()]);
});

afterAll(async () => {
  await Promise.all([world.stop(), server.stop()]);
});

beforeEach(async () => {
  world.reset();
  server.reset();
  gpt = await world.tenant.gpt();
});

/** The issuer `{server}/tenant`, whose endpoints belong to the provider. */
const issuer = () => `${server.url}/tenant`;

function publish(changes: object = {}): void {
  const { authorization_url, token_url } = endpoints();
  const document = { authorization_endpoint: authorization_url, token_endpoint: token_url, ...changes };
  server.publish(LAYOUTS.oauth('/tenant'), { body: server.document('/tenant', document) });
}

function endpoints() {
  const { url } = world.provider;
  return { authorization_url: `${url}/authorize`, token_url: `${url}/token` };
}

/** Returns a schema without endpoints. */
function schema(changes: object = {}): object {
  return world.provider.schema({
    authorization_url: undefined,
    token_url: undefined,
    issuer: issuer(),
    ...changes,
  });
}

const add = (auth: object, more: object = {}): Promise<ApiResponse> =>
  gpt.addAction({ openapi: world.api.document(NOTES_PATHS, more), auth });

const put = ({ id }: { id: string }, auth: object): Promise<ApiResponse> =>
  world.tenant.admin.put(`${gpt.path}/actions/${id}/auth`, auth);

describe('the issuer of a schema', () => {
  it('provides the fields that the schema leaves out', async () => {
    const { url } = world.provider;
    const known = { authorization_response_iss_parameter_supported: false, code_challenge_methods_supported: ['S256'] };
    publish({ ...known, revocation_endpoint: `${url}/revoke`, scopes_supported: ['notes:read', 'notes:admin'] });
    const { body: action } = await add(schema());
    expect(action.auth).toMatchObject({
      issuer: issuer(),
      authorization_url: `${url}/authorize`,
      token_url: `${url}/token`,
      revocation_url: `${url}/revoke`,
      token_exchange_method: 'default_post',
      scope: 'notes:read notes:write',
      client_secret: '[HIDDEN]',
    });
    expect(action.auth.metadata).toEqual(known);
    const shown = await world.tenant.runtime.get(`${gpt.path}/actions/${action.id}/auth`);
    expect(shown.body).toEqual(action.auth);
    const signIn = await new EndUser(gpt, 'alice').signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('does not override fields of the schema', async () => {
    publish({
      revocation_endpoint: `${world.provider.url}/revoke`,
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    });
    const typed = {
      authorization_url: 'https://a.example.com/authorize',
      token_url: 'https://a.example.com/token',
      revocation_url: 'https://a.example.com/revoke',
      token_exchange_method: 'default_post',
    };
    const { body } = await add(schema(typed));
    expect(body.auth).toMatchObject({ ...typed, issuer: issuer() });
  });

  it.each([
    [['client_secret_basic'], {}, 'basic_auth_header'],
    [['client_secret_basic', 'client_secret_post'], {}, 'default_post'],
    [['client_secret_basic', 'none'], { client_secret: undefined }, 'default_post'],
  ])('determines the client authentication method: %j, %j', async (methods, changes, method) => {
    publish({ token_endpoint_auth_methods_supported: methods });
    expect((await add(schema(changes))).body.auth.token_exchange_method).toBe(method);
  });

  it.each(['oauth', 'openid', 'appended'] as const)(
    'security rule C35: can be a well-known URL: %s',
    async (layout) => {
      const path = LAYOUTS[layout]('/tenant');
      server.publish(path, { body: server.document('/tenant') });
      const { body } = await add(schema({ issuer: server.url + path }));
      expect(body.auth.issuer).toBe(issuer());
      expect(server.requestedPaths).toEqual([path]);
    },
  );

  it.each(['/Tenant', '/tenant/', '/other'])(
    'security rule C34: must exactly match the metadata: rejects %s',
    async (path) => {
      publish();
      server.publish(LAYOUTS.oauth('/Tenant'), { body: server.document('/tenant') });
      server.publish(LAYOUTS.oauth('/other'), { body: server.document('/tenant') });
      const answer = await add(schema({ issuer: server.url + path }));
      expect(problemOf(answer)).toBe('422 discovery_failed /auth/issuer');
      expect(answer.body.detail).toContain(JSON.stringify(issuer()));
      expect((await world.tenant.admin.get(`${gpt.path}/actions`)).body.data).toEqual([]);
    },
  );

  it('is saved with warnings about demands of its metadata that sign-ins do not meet, and without any otherwise', async () => {
    publish({
      require_pushed_authorization_requests: true,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    });
    const { body } = await add(schema());
    expect(body.auth.warnings).toMatchObject([{ code: 'par_required' }, { code: 'client_auth_unsupported' }]);
    const { admin } = world.tenant;
    expect((await admin.get(`${gpt.path}/actions/${body.id}/auth`)).body.warnings).toEqual(body.auth.warnings);
    publish();
    expect((await put(body, schema())).body).not.toHaveProperty('warnings');
  });

  it('is accepted without metadata if the endpoints are given', async () => {
    const answer = await add(schema(endpoints()));
    expect(answer.body.auth).toMatchObject({ issuer: issuer(), ...endpoints() });
    expect(answer.body.auth).not.toHaveProperty('metadata');
    expect(server.requestedPaths).toHaveLength(4);
  });

  it.each<[string, () => object, () => void]>([
    ['an endpoint is left out', () => schema({ token_url: 'https://a.example.com/token' }), () => undefined],
    [
      'a well-known URL returns another status',
      () => world.provider.schema({ issuer: issuer() }),
      () => server.publish(LAYOUTS.openid('/tenant'), { status: 503 }),
    ],
    [
      'the metadata is of another issuer',
      () => world.provider.schema({ issuer: issuer() }),
      () => publish({ issuer: `${issuer()}/` }),
    ],
    [
      'the issuer is a well-known URL',
      () => world.provider.schema({ issuer: server.url + LAYOUTS.oauth('/tenant') }),
      () => undefined,
    ],
  ])('is rejected without metadata if %s', async (_, auth, prepare) => {
    prepare();
    expect(problemOf(await add(auth()))).toBe('422 discovery_failed /auth/issuer');
  });

  it('is optional: without it both endpoints are required and nothing is requested', async () => {
    const { body } = await add(world.provider.schema());
    expect(body.auth).not.toHaveProperty('issuer');
    expect(body.auth).not.toHaveProperty('metadata');
    expect(problemOf(await put(body, schema({ issuer: undefined })))).toBe(
      '400 invalid_request /authorization_url /token_url',
    );
    expect(server.requests).toEqual([]);
  });

  it('receives one request without secrets', async () => {
    publish();
    await add(schema());
    expect(server.requests).toHaveLength(1);
    const [{ method, headers, query }] = server.requests as [(typeof server.requests)[0]];
    expect([method, headers['accept'], query.size]).toEqual(['GET', 'application/json', 0]);
    const everything = JSON.stringify(server.requests);
    for (const word of [world.provider.clientSecret, world.provider.clientId]) expect(everything).not.toContain(word);
  });

  it('is the only source of metadata: the schema cannot set it', async () => {
    publish();
    expect(problemOf(await add(schema({ metadata: { code_challenge_methods_supported: ['plain'] } })))).toBe(
      '400 invalid_request /auth/metadata',
    );
  });

  it.each<[string[] | undefined, string, boolean]>([
    [undefined, 'auto', true],
    [['plain', 'S256'], 'auto', true],
    [['plain'], 'auto', false],
    [['plain'], 'required', true],
    [['S256'], 'off', false],
  ])('security rule C13: decides about PKCE by its metadata: %j, %s', async (methods, pkce, isSent) => {
    publish({ code_challenge_methods_supported: methods });
    await add(schema({ pkce }));
    const { authorizationRequest } = await new EndUser(gpt, 'alice').startsSigningIn();
    expect(authorizationRequest.has('code_challenge')).toBe(isSent);
  });
});

describe('suggestions of the OpenAPI document', () => {
  const flow = (authorizationCode: object) => ({
    components: { securitySchemes: { login: { type: 'oauth2', flows: { authorizationCode } } } },
  });
  const openid = (openIdConnectUrl: string) => ({
    components: { securitySchemes: { login: { type: 'openIdConnect', openIdConnectUrl } } },
  });
  const FLOW = {
    authorizationUrl: 'https://d.example.com/authorize',
    tokenUrl: 'https://d.example.com/token',
    refreshUrl: 'https://d.example.com/refresh',
    scopes: { 'notes:audit': '' },
  };

  it('provide the fields that the schema leaves out', async () => {
    const { body } = await add(schema({ issuer: undefined, scope: undefined }), flow(FLOW));
    expect(body.auth).toMatchObject({
      authorization_url: FLOW.authorizationUrl,
      token_url: FLOW.tokenUrl,
      refresh_url: FLOW.refreshUrl,
      scope: 'notes:audit',
    });
  });

  it('override neither the schema nor the endpoints in the metadata of the issuer', async () => {
    publish();
    const { body } = await add(schema({ authorization_url: 'https://a.example.com/authorize' }), flow(FLOW));
    expect(body.auth).toMatchObject({
      authorization_url: 'https://a.example.com/authorize',
      token_url: `${world.provider.url}/token`,
      scope: 'notes:read notes:write',
    });
  });

  it('can provide the issuer, unless the schema sets it to `null`', async () => {
    const url = server.url + LAYOUTS.oauth('/tenant');
    publish();
    const { body } = await add(schema({ issuer: undefined }), openid(url));
    expect(body.auth).toMatchObject({ issuer: issuer(), token_url: `${world.provider.url}/token` });
    server.reset();
    expect(problemOf(await put(body, schema({ issuer: undefined })))).toBe('422 discovery_failed /issuer');
    const without = await put(body, world.provider.schema({ issuer: null }));
    expect([without.status, without.body.issuer]).toEqual([200, undefined]);
  });

  it('security rule C17: are rejected if a URL is not allowed', async () => {
    const refreshUrl = 'http://10.0.0.1/refresh';
    const answer = await add(schema({ issuer: undefined }), flow({ ...FLOW, refreshUrl }));
    expect(problemOf(answer)).toBe('400 invalid_request /auth/refresh_url');
  });
});

describe('URLs that are not allowed', () => {
  const ADDRESSES = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'http://10.0.0.1/x'];

  it.each(['authorization_url', 'token_url', 'revocation_url', 'refresh_url', 'issuer'])(
    'security rule C17: are rejected as %s',
    async (name) => {
      const { body } = await add(world.provider.schema());
      for (const url of ADDRESSES) {
        const auth = world.provider.schema({ [name]: url });
        expect([url, problemOf(await put(body, auth))]).toEqual([url, `400 invalid_request /${name}`]);
      }
    },
  );

  it('security rule C17: include host names without TLS in authorization_url, whatever EGRESS_ALLOW contains', async () => {
    const { body } = await add(world.provider.schema());
    const named = 'http://login.example.com/x';
    const auth = world.provider.schema({ authorization_url: named });
    expect(problemOf(await put(body, auth))).toBe('400 invalid_request /authorization_url');
    // The server resolves this name itself and checks each address before it connects.
    for (const change of [{ token_url: named }, { authorization_url: 'http://localhost:8080/x' }]) {
      expect((await put(body, world.provider.schema(change))).status).toBe(200);
    }
  });

  it('security rule C17: include URLs without TLS and private addresses, unless the operator allows them', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      const own = await (await strict.tenant()).gpt();
      const openapi = { ...world.api.document(NOTES_PATHS), servers: [{ url: 'https://api.example.com' }] };
      const urls = { authorization_url: 'https://a.example.com', token_url: 'https://a.example.com' };
      for (const name of ['authorization_url', 'token_url', 'revocation_url', 'refresh_url', 'issuer']) {
        for (const url of ['http://a.example.com', 'https://a.example.com:8443', server.url]) {
          const answer = await own.addAction({ openapi, auth: world.provider.schema({ ...urls, [name]: url }) });
          expect([url, problemOf(answer)]).toEqual([url, `400 invalid_request /auth/${name}`]);
        }
      }
      expect(server.requests).toEqual([]);
    } finally {
      await strict.stop();
    }
  });

  it.each(['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'])(
    'security rule C17: are rejected as %s in the metadata',
    async (name) => {
      for (const url of ADDRESSES) {
        publish({ [name]: url });
        expect([url, problemOf(await add(schema()))]).toEqual([url, '422 discovery_failed /auth/issuer']);
      }
    },
  );
});

describe('a change of the token destination', () => {
  it.each<[string, () => object]>([
    ['another issuer', () => ({ issuer: `${server.url}/other` })],
    ['no issuer', () => ({ ...endpoints(), issuer: undefined })],
    ['a refresh URL', () => ({ refresh_url: `${world.provider.url}/refresh` })],
    ['a revocation URL', () => ({ revocation_url: `${world.provider.url}/revoke` })],
    ['another token URL', () => ({ token_url: `${world.provider.url}/token2` })],
  ])('security rule C42: requires the secret again: %s', async (_, change) => {
    const { action, alice } = await connected();
    const { authorization_url, token_url } = endpoints();
    const other = { authorization_endpoint: authorization_url, token_endpoint: token_url };
    server.publish(LAYOUTS.oauth('/other'), { body: server.document('/other', other) });
    const kept = await put(action, schema({ client_secret: '[HIDDEN]', ...change() }));
    expect(problemOf(kept)).toBe('409 secrets_required /client_secret');
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect((await put(action, schema(change()))).status).toBe(200);
    expect(await alice.connection()).toMatchObject({ status: 'revoked' });
  });

  it('security rule C42: also occurs if the metadata has changed', async () => {
    const { action } = await connected();
    publish({ token_endpoint: `${world.provider.url}/token2` });
    const kept = await put(action, schema({ client_secret: '[HIDDEN]' }));
    expect(problemOf(kept)).toBe('409 secrets_required /client_secret');
  });

  it('security rule C42: does not occur if the issuer is the same in another spelling', async () => {
    const { action, alice } = await connected();
    for (const same of [issuer(), server.url + LAYOUTS.oauth('/tenant')]) {
      const kept = await put(action, schema({ client_secret: '[HIDDEN]', issuer: same, scope: 'notes:read' }));
      expect(kept.body).toMatchObject({ issuer: issuer(), client_secret: '[HIDDEN]', scope: 'notes:read' });
    }
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  async function connected(): Promise<{ action: { id: string }; alice: EndUser }> {
    publish();
    const { body: action } = await add(schema());
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    return { action, alice };
  }
});

describe('the refresh settings of a schema', () => {
  it('are returned as they were saved', async () => {
    const refresh_params = { grant_type: 'exchange', exchange_token: '{access_token}' };
    const fields = { refresh_url: `${world.provider.url}/refresh`, refresh_params };
    expect((await add(world.provider.schema(fields))).body.auth).toMatchObject(fields);
  });

  it.each([
    ['{refresh_token}'],
    [{}],
    [{ token: 'x' }],
    [{ token: '{code}' }],
    [{ token: ['{refresh_token}'] }],
    [{ token: '{refresh_token}', client_secret: 'x' }],
    [{ token: `{refresh_token}${'x'.repeat(1000)}` }],
    [Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`p${index}`, '{refresh_token}']))],
  ])('are rejected if refresh_params is %j', async (refresh_params) => {
    const answer = await add(world.provider.schema({ refresh_params }));
    expect(problemOf(answer)).toBe('400 invalid_request /auth/refresh_params');
  });
});
