import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { McpSettings } from '../../src/mcp/index.js';
import { Database } from '../../src/database/index.js';
import { McpWorld } from '../support/mcp-world.js';

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

const put = (fields: object) => world.tenant.admin.put(`${world.gpt.path}/mcp`, fields);
const JWT = { enabled: true, authorization: 'jwt', issuer: 'https://login.acme.example' };

/** Has the tenant's server verify its users, which `jwt` and `builtin` require where the server has no https URL. */
const verifyByRedirect = () =>
  world.app.operator.patch(`/v1/tenants/${world.tenant.id}`, {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.acme.example/verify',
  });

describe('the MCP settings of a GPT', () => {
  it('are disabled with defaults until they are set', async () => {
    const gpt = await world.tenant.gpt();
    const { status, body } = await world.tenant.admin.get(`${gpt.path}/mcp`);
    expect(status).toBe(200);
    expect(body).toEqual({
      url: `${world.app.url}/mcp/${gpt.id}`,
      enabled: false,
      authorization: 'keys',
      issuer: null,
      jwks_uri: null,
      user_claim: 'sub',
      required_scope: null,
      login_url: null,
      confirmation: 'ask',
      client_hosts: null,
      structured_content: false,
      updated_at: null,
    });
  });

  it('are replaced as a whole', async () => {
    await verifyByRedirect();
    const all = {
      ...JWT,
      jwks_uri: 'https://login.acme.example/jwks?v=1',
      user_claim: 'https://acme.example/user',
      required_scope: 'assistant',
      confirmation: 'client',
      client_hosts: ['claude.ai'],
      structured_content: true,
    };
    expect((await put(all)).body).toMatchObject(all);
    expect((await world.tenant.admin.get(`${world.gpt.path}/mcp`)).body).toMatchObject(all);
    const reset = (await put({})).body;
    expect(reset).toMatchObject({ enabled: false, authorization: 'keys', issuer: null, client_hosts: null });
  });

  it.each([
    [{ enabled: 'yes' }, '/enabled'],
    [{ authorization: 'oauth' }, '/authorization'],
    [{ issuer: 'http://login.acme.example' }, '/issuer'],
    [{ issuer: 'https://login.acme.example#x' }, '/issuer'],
    [{ issuer: 'https://login.acme.example?x=1' }, '/issuer'],
    [{ issuer: 'https://user@login.acme.example' }, '/issuer'],
    [{ jwks_uri: 'file:///etc/passwd' }, '/jwks_uri'],
    [{ user_claim: '' }, '/user_claim'],
    [{ required_scope: 'two scopes' }, '/required_scope'],
    [{ required_scope: 'a"b' }, '/required_scope'],
    [{ login_url: 'javascript:alert(1)' }, '/login_url'],
    [{ confirmation: 'never' }, '/confirmation'],
    [{ client_hosts: ['https://claude.ai'] }, '/client_hosts'],
    [{ client_hosts: 'claude.ai' }, '/client_hosts'],
    [{ structured_content: 1 }, '/structured_content'],
    [{ unknown: 1 }, '/unknown'],
    [{ authorization: 'jwt' }, '/issuer'],
    [{ authorization: 'builtin' }, '/login_url'],
  ])('%j is rejected at %s', async (fields, pointer) => {
    await verifyByRedirect();
    const { status, body } = await put(fields);
    expect([status, body.code, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      400,
      'invalid_request',
      [pointer],
    ]);
  });

  it.each([JWT, { authorization: 'builtin', login_url: 'https://chat.acme.example/authorize' }])(
    'cannot be $authorization on a server without https whose tenant does not verify its users',
    async (fields) => {
      const { status, body } = await put(fields);
      expect([status, body.errors[0].pointer]).toEqual([400, '/authorization']);
      expect(body.detail).toMatch(/user_verification.*https/);
      await verifyByRedirect();
      expect((await put(fields)).status).toBe(200);
    },
  );

  it('count the changes of the authorization, so that tokens of an earlier one end', async () => {
    await verifyByRedirect();
    const version = async () => {
      const where = { gptId: world.gpt.id };
      return (await world.app.get(Database).read((manager) => manager.findOneByOrFail(McpSettings, where)))
        .authorizationVersion;
    };
    const before = await version();
    await put({ ...JWT, user_claim: 'email' });
    await put({ ...JWT, user_claim: 'sub' });
    expect(await version()).toBe(before + 1);
    await put({ enabled: true });
    expect(await version()).toBe(before + 2);
  });

  it('are audited with the names of the changed fields', async () => {
    await put({ enabled: true, confirmation: 'client' });
    const events = await world.tenant.admin.get('/v1/audit-events?type=gpt.mcp_changed&order=desc');
    expect(events.body.data[0]).toMatchObject({
      target_id: world.gpt.id,
      details: { fields: ['confirmation'], enabled: true, authorization: 'keys' },
    });
  });

  it('apply at once on this replica, and end with the GPT', async () => {
    expect((await world.ask('tools/list')).status).toBe(200);
    await put({ enabled: false });
    expect((await world.ask('tools/list')).status).toBe(404);
    await put({ enabled: true });
    expect((await world.ask('tools/list')).status).toBe(200);
    await world.tenant.admin.delete(world.gpt.path);
    expect((await world.ask('tools/list')).status).toBe(404);
  });
});

describe('the metadata of the protected resource', () => {
  const metadata = () =>
    world.app.anonymous.send('GET', `/.well-known/oauth-protected-resource/mcp/${world.gpt.id}`, undefined, {
      origin: 'https://anywhere.example',
    });

  it('name no authorization server if only keys are accepted', async () => {
    const { status, headers, body } = await metadata();
    expect(status).toBe(200);
    expect(body).toEqual({ resource: world.url, scopes_supported: ['mcp'], bearer_methods_supported: ['header'] });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('name the issuer of the tenant, and the required scope', async () => {
    await verifyByRedirect();
    await put({ ...JWT, required_scope: 'assistant' });
    expect((await metadata()).body).toMatchObject({
      authorization_servers: [JWT.issuer],
      scopes_supported: ['assistant'],
    });
  });

  it('name the endpoint itself if it has the built-in authorization server', async () => {
    await verifyByRedirect();
    await put({ enabled: true, authorization: 'builtin', login_url: 'https://chat.acme.example/authorize' });
    expect((await metadata()).body).toMatchObject({ authorization_servers: [world.url] });
  });

  it('do not exist for a GPT that is not offered', async () => {
    await put({ enabled: false });
    expect((await metadata()).status).toBe(404);
  });

  it('can be read by pages with the header of the protocol', async () => {
    const path = `/.well-known/oauth-protected-resource/mcp/${world.gpt.id}`;
    const preflight = await world.app.anonymous.send('OPTIONS', path, undefined, {
      origin: 'https://anywhere.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'mcp-protocol-version',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('MCP-Protocol-Version');
  });
});
