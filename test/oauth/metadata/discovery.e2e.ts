// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';
import { freePort } from '../../support/free-port.js';
import type { ApiResponse } from '../../support/client.js';
import { LAYOUTS, MetadataServer } from '../../support/metadata-server.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

let app: TestApp;
let server: MetadataServer;
let tenant: TestTenant;

beforeAll(async () => {
  [app, server] = await Promise.all([TestApp.start(), MetadataServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), server.stop()]);
});

beforeEach(() => server.reset());

const discover = (body: object): Promise<ApiResponse> => tenant.admin.post('/v1/oauth/discover', body);

/** Publishes metadata of `{server}/tenant` in one layout. */
function publish(changes: object = {}, layout: keyof typeof LAYOUTS = 'oauth'): void {
  server.publish(LAYOUTS[layout]('/tenant'), { body: server.document('/tenant', changes) });
}

describe('discovery at well-known URLs', () => {
  it.each([
    ['oauth', 1],
    ['openid', 2],
    ['appended', 3],
  ] as const)('security rule C35: finds the metadata of an issuer: %s', async (layout, asked) => {
    publish({}, layout);
    const { status, body } = await discover({ issuer: `${server.url}/tenant` });
    expect(status).toBe(200);
    expect(body.issuer).toBe(`${server.url}/tenant`);
    expect(body.metadata_url).toBe(server.url + LAYOUTS[layout]('/tenant'));
    const all = [LAYOUTS.oauth, LAYOUTS.openid, LAYOUTS.appended].map((place) => place('/tenant'));
    expect(server.requestedPaths).toEqual(all.slice(0, asked));
  });

  it.each(['oauth', 'openid', 'appended'] as const)(
    'security rule C35: accepts a well-known URL, and requests no other: %s',
    async (layout) => {
      publish({}, layout);
      const url = server.url + LAYOUTS[layout]('/tenant');
      for (const body of [{ url }, { issuer: url }]) {
        server.requests.length = 0;
        const answer = await discover(body);
        expect(answer.body).toMatchObject({ issuer: `${server.url}/tenant`, metadata_url: url });
        expect(server.requestedPaths).toEqual([LAYOUTS[layout]('/tenant')]);
      }
    },
  );

  it.each(['oauth', 'openid', 'appended'] as const)(
    'security rule C35: requests a well-known URL with a final slash as it was given: %s',
    async (layout) => {
      const path = `${LAYOUTS[layout]('/tenant')}/`;
      server.publish(path, { body: server.document('/tenant') });
      const { body } = await discover({ url: server.url + path });
      expect(body).toMatchObject({ issuer: `${server.url}/tenant`, metadata_url: server.url + path });
      expect(server.requestedPaths).toEqual([path]);
    },
  );

  it('security rule C35: finds the metadata of an issuer that is only under a final slash', async () => {
    const path = `${LAYOUTS.appended('/tenant')}/`;
    server.publish(path, { body: server.document('/tenant') });
    const { body } = await discover({ issuer: `${server.url}/tenant` });
    expect(body.metadata_url).toBe(server.url + path);
    expect(server.requestedPaths.at(-1)).toBe(path);
  });

  it('security rule C35: finds the metadata of an issuer without a path', async () => {
    server.publish(LAYOUTS.openid(''), { body: server.document() });
    const { body } = await discover({ issuer: server.url });
    expect(body.issuer).toBe(server.url);
    expect(server.requestedPaths).toEqual([LAYOUTS.oauth(''), LAYOUTS.openid('')]);
  });

  it('security rule C35: keeps the query of a well-known URL', async () => {
    publish();
    await discover({ url: `${server.url}${LAYOUTS.oauth('/tenant')}?policy=sign%20in` });
    expect(server.requests[0]?.query.get('policy')).toBe('sign in');
  });

  it.each<[string, object]>([
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Log in</title>' }],
    ['an error', { status: 500, body: { error: 'oops' } }],
    ['an error with status 200', { body: { error: 'not_found' } }],
    ['nothing', {}],
    ['a redirect that leads nowhere', { status: 302, headers: { location: 'file:///etc/passwd' } }],
    ['metadata of another issuer', { body: { issuer: 'https://other.example.com' } }],
  ])('security rule C35: tries the next URL if the response is %s', async (_, reply) => {
    server.publish(LAYOUTS.oauth('/tenant'), reply);
    publish({}, 'openid');
    const { body } = await discover({ issuer: `${server.url}/tenant` });
    expect(body.metadata_url).toBe(server.url + LAYOUTS.openid('/tenant'));
  });

  it('security rule C35: follows redirects, and still compares the issuer', async () => {
    server.publish(LAYOUTS.oauth('/tenant'), { status: 301, headers: { location: '/moved' } });
    server.publish('/moved', { body: server.document('/tenant') });
    expect((await discover({ issuer: `${server.url}/tenant` })).status).toBe(200);
    server.publish('/moved', { body: server.document('/other') });
    expect(problemOf(await discover({ issuer: `${server.url}/tenant` }))).toBe('422 discovery_failed /issuer');
  });
});

describe('the issuer of the metadata', () => {
  const named = (issuer: string) => issuer.replace('{host}', new URL(server.url).host);
  const bare = (issuer: string) => issuer.replace(/\/$/, '');

  it.each([
    ['http://{host}/tenant', 'http://{host}/tenant/'],
    ['http://{host}/tenant/', 'http://{host}/tenant'],
    ['http://{host}/tenant', 'http://{host}/Tenant'],
    ['http://{host}/tenant', 'HTTP://{host}/tenant'],
    ['http://{host}/tenant', 'http://{host}:443/tenant'],
    ['http://{host}/tenant', 'https://{host}/tenant'],
    ['http://{host}/tenant', 'http://evil.example.com/tenant'],
  ])('security rule C34: must match exactly: for %s it rejects %s', async (asked, given) => {
    publish({ issuer: named(given) });
    const answer = await discover({ issuer: named(asked) });
    expect(problemOf(answer)).toBe('422 discovery_failed /issuer');
    expect(answer.body.detail).toContain(JSON.stringify(named(given)));
    expect(answer.body.detail.includes('the trailing slash')).toBe(bare(asked) === bare(given));
  });

  it('security rule C34: may have a trailing slash if the well-known URL allows both, but no other path', async () => {
    const url = server.url + LAYOUTS.openid('/tenant');
    publish({ issuer: `${server.url}/tenant/` }, 'openid');
    expect((await discover({ url })).body.issuer).toBe(`${server.url}/tenant/`);
    publish({ issuer: `${server.url}/other` }, 'openid');
    expect(problemOf(await discover({ url }))).toBe('422 discovery_failed /url');
  });
});

describe('the result of discovery', () => {
  it('returns the fields of the schema and the other metadata', async () => {
    const known = {
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    };
    const revocation_endpoint = `${server.url}/tenant/revoke`;
    publish({ ...known, revocation_endpoint, scopes_supported: ['notes:read'] });
    const { body } = await discover({ issuer: `${server.url}/tenant` });
    expect(body).toEqual({
      issuer: `${server.url}/tenant`,
      metadata_url: server.url + LAYOUTS.oauth('/tenant'),
      found: {
        issuer: `${server.url}/tenant`,
        authorization_url: `${server.url}/tenant/authorize`,
        token_url: `${server.url}/tenant/token`,
        revocation_url: revocation_endpoint,
        token_exchange_method: 'basic_auth_header',
        pkce: 'auto',
      },
      metadata: known,
      scopes_supported: ['notes:read'],
      conflicts: [],
      warnings: [],
    });
  });

  it.each<[string, object, string, string[]]>([
    [
      'pushed authorization requests',
      { require_pushed_authorization_requests: true },
      'par_required',
      ['PAR', 'Turn off'],
    ],
    ['signed request objects', { require_signed_request_object: true }, 'request_object_required', ['JAR', 'Turn off']],
    [
      'client authentication with JWTs',
      { token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_jwt'] },
      'client_auth_unsupported',
      ['private_key_jwt, client_secret_jwt', 'a signed JWT', 'client_secret_basic'],
    ],
    [
      'client certificates',
      { token_endpoint_auth_methods_supported: ['tls_client_auth', 'self_signed_tls_client_auth'] },
      'client_auth_unsupported',
      ['mTLS', 'client_secret_post'],
    ],
    ['DPoP', { dpop_signing_alg_values_supported: ['ES256'] }, 'dpop_supported', ['DPoP', 'turn it off']],
  ])('warns about a provider that demands or offers %s', async (_, metadata, code, words) => {
    publish(metadata);
    const { warnings } = (await discover({ issuer: `${server.url}/tenant` })).body;
    expect(warnings).toMatchObject([{ code }]);
    for (const word of words) expect(`${warnings[0].message} ${warnings[0].change}`).toContain(word);
  });

  it('does not warn about demands that are turned off, or methods beside those with a secret', async () => {
    publish({
      require_pushed_authorization_requests: false,
      require_signed_request_object: false,
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
    });
    expect((await discover({ issuer: `${server.url}/tenant` })).body.warnings).toEqual([]);
  });

  it('lists conflicts with the given fields', async () => {
    publish({
      code_challenge_methods_supported: ['plain'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      scopes_supported: ['notes:read'],
    });
    const { body } = await discover({
      issuer: `${server.url}/tenant`,
      authorization_url: `${server.url}/tenant/authorize`,
      token_url: `${server.url}/token`,
      token_exchange_method: 'default_post',
      pkce: 'required',
      scope: 'notes:read notes:admin',
    });
    const message = expect.any(String);
    expect(body.conflicts).toEqual([
      { pointer: '/token_url', typed: `${server.url}/token`, found: `${server.url}/tenant/token`, message },
      { pointer: '/token_exchange_method', typed: 'default_post', found: 'basic_auth_header', message },
      { pointer: '/pkce', typed: 'required', found: 'auto', message },
      { pointer: '/scope', typed: 'notes:admin', found: 'notes:read', message },
    ]);
  });

  it('uses the current metadata', async () => {
    publish();
    await discover({ issuer: `${server.url}/tenant` });
    publish({ token_endpoint: `${server.url}/new` });
    expect((await discover({ issuer: `${server.url}/tenant` })).body.found.token_url).toBe(`${server.url}/new`);
  });

  it('security rule C17: is rejected if the authorization_endpoint is a host name without TLS', async () => {
    publish({ authorization_endpoint: 'http://login.example.com/authorize' });
    const answer = await discover({ issuer: `${server.url}/tenant` });
    expect(problemOf(answer)).toBe('422 discovery_failed /issuer');
    expect(answer.body.detail).toContain('lists a authorization_endpoint that is blocked');
  });

  it.each(['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'])(
    'security rule C17: is rejected if the %s is not allowed',
    async (name) => {
      for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'http://10.0.0.1/x']) {
        publish({ [name]: url });
        const answer = await discover({ issuer: `${server.url}/tenant` });
        expect([url, problemOf(answer)]).toEqual([url, '422 discovery_failed /issuer']);
        expect(answer.body.detail).toContain(`lists a ${name} that is blocked`);
      }
    },
  );
});

describe('a failed discovery', () => {
  it('lists every URL that was requested, and its response', async () => {
    server.publish(LAYOUTS.openid('/tenant'), { body: '<html>' });
    publish({ token_endpoint: undefined }, 'appended');
    const answer = await discover({ issuer: `${server.url}/tenant` });
    expect(problemOf(answer)).toBe('422 discovery_failed /issuer');
    expect(answer.body.detail).toBe(
      'no usable metadata found: ' +
        [
          `${server.url}${LAYOUTS.oauth('/tenant')} answered with status 404`,
          `${server.url}${LAYOUTS.openid('/tenant')} returned a web page`,
          `${server.url}${LAYOUTS.appended('/tenant')} does not list token_endpoint`,
          `${server.url}${LAYOUTS.appended('/tenant')}/ answered with status 404`,
        ].join('; '),
    );
  });

  it('rejects metadata larger than 256 KiB', async () => {
    publish({ padding: 'x'.repeat(250_000) });
    expect((await discover({ issuer: `${server.url}/tenant` })).status).toBe(200);
    publish({ padding: 'x'.repeat(262_144) });
    const answer = await discover({ issuer: `${server.url}/tenant` });
    expect(problemOf(answer)).toBe('422 discovery_failed /issuer');
    expect(answer.body.detail).toContain('sent more than 262144 bytes');
  });

  it('stops at once if the server is unreachable', async () => {
    const answer = await discover({ issuer: `http://127.0.0.1:${await freePort()}/tenant` });
    expect(problemOf(answer)).toBe('422 discovery_failed /issuer');
    expect(answer.body.detail.split('; ')).toHaveLength(1);
    expect(answer.body.detail).toContain('could not be read: 127.0.0.1');
  });

  it.each([
    [{}, '/issuer'],
    [{ issuer: null }, '/issuer'],
    [{ issuer: 'https://a.example.com', url: 'https://a.example.com' }, '/issuer'],
    [{ issuer: 7 }, '/issuer'],
    [{ issuer: '' }, '/issuer'],
    [{ issuer: 'auth.example.com' }, '/issuer'],
    [{ issuer: 'http://10.0.0.1' }, '/issuer'],
    [{ issuer: 'https://user:canary@auth.example.com' }, '/issuer'],
    [{ issuer: 'https://auth.example.com?tenant=1' }, '/issuer'],
    [{ issuer: 'https://auth.example.com#a' }, '/issuer'],
    [{ issuer: 'https:auth.example.com' }, '/issuer'],
    [{ issuer: `https://auth.example.com/${'x'.repeat(2000)}` }, '/issuer'],
    [{ url: 'https://10.0.0.1/.well-known/openid-configuration' }, '/url'],
    [{ url: 'https://auth.example.com/metadata?x' }, '/url'],
    [{ issuer: 'https://auth.example.com', pkce: 'plain' }, '/pkce'],
    [{ issuer: 'https://auth.example.com', token_exchange_method: 'basic' }, '/token_exchange_method'],
    [{ issuer: 'https://auth.example.com', client_secret: 'canary' }, '/client_secret'],
  ])('rejects the request body %j', async (body, pointer) => {
    const answer = await discover(body);
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
    expect(JSON.stringify(answer.body)).not.toContain('canary');
  });
});

describe('discovery at a private address', () => {
  it('sends no request', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      const { admin } = await strict.tenant();
      publish();
      const asked = await admin.post('/v1/oauth/discover', { issuer: `${server.url}/tenant` });
      expect(problemOf(asked)).toBe('400 invalid_request /issuer');
      expect(asked.body.detail).toContain(`add ${new URL(server.url).host} to EGRESS_ALLOW to allow it`);
      expect(server.requests).toEqual([]);
    } finally {
      await strict.stop();
    }
  });

  it('does not follow a redirect to it', async () => {
    const other = `http://[::1]:${new URL(server.url).port}/moved`;
    server.publish(LAYOUTS.oauth(''), { status: 302, headers: { location: other } });
    const answer = await discover({ url: server.url + LAYOUTS.oauth('') });
    expect(problemOf(answer)).toBe('422 discovery_failed /url');
    expect(answer.body.detail).toContain('redirects to a blocked address');
  });
});
