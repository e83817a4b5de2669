import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { OidcIdentityProvider } from '../support/mcp-authorization/oidc-identity-provider.js';
import { TestMcpServer } from '../support/mcp-server.js';
import { TestTenant, type TestGpt } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let provider: OidcIdentityProvider;
let tenant: TestTenant;
let gpt: TestGpt;
let server: TestMcpServer;
let resource: string | undefined;
let id: string;

beforeAll(async () => {
  [app, provider] = await Promise.all([TestApp.start(), OidcIdentityProvider.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), provider.stop()]);
});

/** An MCP server whose users sign in at the provider: it accepts JWTs for itself only (RFC 9728, RFC 8707). */
beforeEach(async () => {
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
  resource = undefined;
  server = await TestMcpServer.start({
    isAuthorized: async ({ authorization = '' }) => {
      const expected = { issuer: provider.issuer, audience: server.url };
      return jwtVerify(authorization.replace('Bearer ', ''), keys, expected).then(
        () => true,
        () => false,
      );
    },
    challenge: () =>
      `Bearer resource_metadata="http://${server.domain}/.well-known/oauth-protected-resource/mcp", scope="mcp"`,
    metadata: (path) =>
      path === '/.well-known/oauth-protected-resource/mcp'
        ? {
            resource: resource ?? server.url,
            authorization_servers: [provider.issuer],
            scopes_supported: ['mcp', 'notes'],
          }
        : undefined,
  });
  server.tools = server.tools.map((tool) => ({ ...tool, annotations: { readOnlyHint: true } }));
  gpt = await tenant.gpt();
  const { status, body } = await gpt.addAction({ mcp_url: server.url });
  expect([status, body.operations]).toEqual([201, []]);
  ({ id } = body);
});

afterEach(() => server.stop());

const path = () => `${gpt.path}/actions/${id}`;
const authorize = (body: object = {}) => tenant.admin.post(`${path()}/mcp_authorization`, body);

/** Signs a user in at the provider with a link. */
async function signIn(user: EndUser, link: string): Promise<void> {
  await user.browser.get(link);
  await user.browser.submit({}, { follow: false });
  await user.browser.get(user.browser.redirect ?? '', { follow: (url) => url.startsWith(provider.issuer) });
  await user.browser.get(user.browser.redirect ?? '', { follow: false });
}

describe('the authorization of an MCP server', () => {
  it('is discovered, and its users sign in as a client that was registered for the action', async () => {
    const { status, body } = await authorize();
    expect([status, body]).toEqual([
      200,
      {
        issuer: provider.issuer,
        resource: server.url,
        registration: 'dynamic',
        found: expect.objectContaining({ type: 'oauth', scope: 'mcp', resource: server.url, pkce: 'required' }),
        callback_url: expect.stringContaining('/oauth/callback'),
        auth: expect.objectContaining({ type: 'oauth', client_id: expect.any(String), resource: server.url }),
      },
    ]);

    const admin = new EndUser(gpt, 'builder');
    const { body: refused } = await tenant.admin.get(`${path()}/mcp_tools?user=builder`);
    expect(refused).toMatchObject({ digest: null, sign_in: { reason: 'not_connected' }, tools: [] });
    await signIn(admin, refused.sign_in.url);
    const { body: review } = await tenant.admin.get(`${path()}/mcp_tools?user=builder`);
    expect(review).toMatchObject({ sign_in: null, tools: [{ name: 'echo', status: 'new' }] });
    const accepted = await tenant.admin.put(`${path()}/mcp_tools`, { user: 'builder', digest: review.digest });
    expect(accepted.status).toBe(200);

    const alice = new EndUser(gpt, 'alice');
    const { body: asked } = await gpt.call('echo', { user: 'alice', arguments: { text: 'hi' } });
    expect(asked.outcome).toBe('sign_in_required');
    await signIn(alice, asked.sign_in.url);
    const { body: called } = await gpt.call('echo', { user: 'alice', arguments: { text: 'hi' } });
    expect(called).toMatchObject({ outcome: 'completed', response: { status: 200, body: '{"text":"hi"}' } });
  });

  it('is described for a client that the builder registers', async () => {
    const { status, body } = await authorize({ registration: 'manual' });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        registration: 'manual',
        auth: { type: 'none' },
        found: expect.objectContaining({ scope: 'mcp' }),
      }),
    ]);
    const set = await tenant.admin.put(`${path()}/auth`, { ...body.found, client_id: 'by-hand' });
    expect(set).toMatchObject({ status: 200, body: { client_id: 'by-hand', resource: server.url } });
  });

  it('is refused if the metadata is about another server', async () => {
    resource = 'https://mallory.example/mcp';
    const { status, body } = await authorize();
    expect([status, body.code, body.detail]).toEqual([
      422,
      'discovery_failed',
      expect.stringContaining('is about "https://mallory.example/mcp" and not about the MCP server'),
    ]);
  });

  it('is refused for a way of registration that the authorization server does not have', async () => {
    const { status, body } = await authorize({ registration: 'metadata_document' });
    expect([status, body.errors[0].pointer]).toEqual([400, '/registration']);
  });

  it('is refused for a server that needs none', async () => {
    const open = await TestMcpServer.start();
    ({ id } = (await gpt.addAction({ mcp_url: open.url })).body);
    expect((await authorize()).body.detail).toMatch(/lists its tools without authorization/);
    await open.stop();
  });

  it('uses the URL of a client metadata document as client id where PUBLIC_URL is https and the server supports it', async () => {
    const issuer = await Upstream.start();
    issuer.respondWith(() => ({
      body: {
        issuer: issuer.url,
        authorization_endpoint: `${issuer.url}/authorize`,
        token_endpoint: `${issuer.url}/token`,
        code_challenge_methods_supported: ['S256'],
        client_id_metadata_document_supported: true,
        registration_endpoint: `${issuer.url}/register`,
      },
    }));
    const closed = await TestMcpServer.start({
      isAuthorized: () => false,
      metadata: () => ({ resource: closed.url, authorization_servers: [issuer.url] }),
    });
    const secure = await TestApp.start({ environment: { PUBLIC_URL: 'https://actions.example.com' } });
    const url = `http://127.0.0.1:${secure.port}`;
    const there = await TestTenant.create({ url, operator: new Client(url, secure.operator.key) }, 'Acme');
    const other = await there.gpt();
    const { body: created } = await other.addAction({ mcp_url: closed.url });
    const { body } = await there.admin.post(`${other.path}/actions/${created.id}/mcp_authorization`, {});
    await Promise.all([secure.stop(), closed.stop(), issuer.stop()]);
    const clientId = created.callback_url.replace(/callback$/, 'client.json');
    expect(body).toMatchObject({ registration: 'metadata_document', auth: { client_id: clientId, pkce: 'required' } });
    expect(clientId).toMatch(/^https:\/\/actions\.example\.com\/aip\/g-\w+\/oauth\/client\.json$/);
    expect(issuer.requests.map(({ path: asked }) => asked)).not.toContain('/register');
  });

  it('serves a client metadata document for each action of an MCP server, and for no other', async () => {
    const { body } = await tenant.admin.get(path());
    const url = new URL(body.callback_url).pathname.replace(/callback$/, 'client.json');
    const found = await fetch(`${app.url}${url}`);
    expect([found.status, await found.json()]).toEqual([
      200,
      expect.objectContaining({
        client_id: `${app.url}${url}`,
        redirect_uris: [body.callback_url],
        token_endpoint_auth_method: 'none',
      }),
    ]);
    expect((await fetch(`${app.url}/aip/g-unknown/oauth/client.json`)).status).toBe(404);
  });
});
