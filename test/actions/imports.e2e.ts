import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportWorld, type Json, withAuth, withMetadata } from '../support/imports.js';
import { problemOf } from '../support/problem.js';

let world: ImportWorld;

beforeAll(async () => {
  world = await ImportWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

/** Responses of the API by path; other paths respond to calls. */
function serve(files: Record<string, unknown>): void {
  world.api.respondWith(({ path }) => ({ body: files[path] ?? { ok: true } }));
}

describe('a plugin manifest', () => {
  const manifest = () => world.sample('plugin-manifest');

  beforeEach(() =>
    serve({ '/openapi.yaml': JSON.stringify(world.document()), '/.well-known/ai-plugin.json': manifest() }),
  );

  it('becomes an action with sign-in if the client sends its credentials', async () => {
    const { form, action, codes } = await world.imported({ manifest: manifest(), auth: world.credentials() });
    expect([form, codes]).toEqual(['plugin_manifest', ['verification_tokens_ignored']]);
    expect(action).toMatchObject({
      domain: world.api.domain,
      openapi_url: `${world.api.url}/openapi.yaml`,
      privacy_policy_url: 'https://www.example.com/legal',
      auth: {
        type: 'oauth',
        authorization_url: `${world.provider.url}/authorize`,
        token_url: `${world.provider.url}/token`,
        scope: 'notes:read notes:write',
        authorization_content_type: 'application/json',
        client_secret: '[HIDDEN]',
      },
    });
    expect(await world.statusOfSignIn()).toBe('connected');
  });

  it.each([
    ['an object', () => ({ manifest: manifest() })],
    ['JSON text', () => ({ manifest: JSON.stringify(manifest()) })],
    ['the whole body', () => manifest()],
    ['a URL', () => ({ manifest_url: `${world.api.url}/.well-known/ai-plugin.json` })],
  ])('can be sent as %s', async (_, body) => {
    const { action } = await world.imported(body());
    expect(action).toMatchObject({ domain: world.api.domain, auth: { type: 'none' } });
  });

  it('becomes an action without authentication if credentials are missing, with a warning', async () => {
    const { body } = await world.import(manifest());
    const { action, warnings } = body;
    const path = `${world.gpt.path}/actions/${action.id}/auth`;
    expect(action.auth).toEqual({ type: 'none', missing_fields: ['client_id', 'client_secret'] });
    expect(action.suggested_auth).toEqual({
      type: 'oauth',
      authorization_url: `${world.provider.url}/authorize`,
      token_url: `${world.provider.url}/token`,
      scope: 'notes:read notes:write',
      authorization_content_type: 'application/json',
    });
    const [missing] = warnings.filter(({ code }: { code: string }) => code === 'credentials_missing');
    expect(missing.pointer).toBe('/auth');
    expect(missing.message).toContain(`send client_id, client_secret to PUT ${path};`);
    const { status, body: auth } = await world.tenant.admin.put(path, { type: 'oauth', ...world.credentials() });
    expect([status, auth.authorization_content_type]).toEqual([200, 'application/json']);
    expect(auth.token_url).toBe(`${world.provider.url}/token`);
  });

  it('does not leak its verification tokens', async () => {
    const { body } = await world.import(manifest());
    expect(JSON.stringify(body)).not.toContain('canary-verification-token');
    expect(await world.app.database.dump()).not.toContain('canary-verification-token');
  });

  it.each([
    ['/openapi.yaml', '/.well-known/ai-plugin.json'],
    ['../openapi.yaml', '/.well-known/ai-plugin.json'],
    ['openapi.yaml', '/ai-plugin.json'],
  ])('can reference its document by relative URL: %s from %s', async (url, path) => {
    const relative = { ...manifest(), api: { type: 'openapi', url } };
    serve({ '/openapi.yaml': JSON.stringify(world.document()), [path]: relative });
    const { action } = await world.imported({ manifest_url: world.api.url + path });
    expect(action['openapi_url']).toBe(`${world.api.url}/openapi.yaml`);
  });

  it('is read after redirects, and its document is resolved against the final URL', async () => {
    const relative = { ...manifest(), api: { type: 'openapi', url: 'doc.json' } };
    world.api.respondWith(({ path }) => {
      if (path === '/start') return { status: 302, headers: { location: '/moved/ai-plugin.json' } };
      return { body: path === '/moved/ai-plugin.json' ? relative : world.document() };
    });
    const { action } = await world.imported({ manifest_url: `${world.api.url}/start` });
    expect(action['openapi_url']).toBe(`${world.api.url}/moved/doc.json`);
  });

  it('can be combined with another document', async () => {
    const { action } = await world.imported({
      manifest: { ...manifest(), api: { type: 'mcp' } },
      openapi: world.document(),
    });
    expect(action['openapi_url']).toBeNull();
    expect(world.api.requests).toEqual([]);
  });

  it.each<[string, Json]>([
    ['bearer', { authorization: 'Bearer canary-key' }],
    ['basic', { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` }],
  ])('of type service_http sends its key as %s', async (authorization_type, headers) => {
    const api_key = authorization_type === 'basic' ? 'u:p' : 'canary-key';
    const service = { ...manifest(), auth: { type: 'service_http', authorization_type } };
    await world.imported({ manifest: service, auth: { api_key } });
    await world.gpt.call('listNotes');
    expect(world.api.last.headers).toMatchObject(headers);
  });

  it('of type user_http asks each user for a key', async () => {
    const { action, codes } = await world.imported(
      withAuth(manifest(), { type: 'user_http', verification_tokens: {} }),
    );
    expect([action['auth'], codes]).toEqual([expect.objectContaining({ type: 'api_key', per_user: true }), []]);
    const { body } = await world.gpt.call('listNotes', { user: 'alice' });
    expect(body).toMatchObject({ outcome: 'sign_in_required' });
  });

  it('follows `auth` if other members contradict it', async () => {
    const both = { ...manifest(), auth: { type: 'none' } };
    const { action, codes } = await world.imported(both);
    expect([action['auth'], codes]).toEqual([{ type: 'none' }, ['user_authentication_differs']]);
  });
});

describe('fields sent by the client', () => {
  const form = () => world.sample('librechat-action');

  it('take precedence over the manifest', async () => {
    const auth = { scope: 'notes:write', pkce: 'required' };
    const body = { manifest: form(), auth, privacy_policy_url: 'https://own.example.com/privacy' };
    const { action } = await world.imported(body);
    expect(action).toMatchObject({ auth, privacy_policy_url: 'https://own.example.com/privacy' });
  });

  it('can select another schema, which ignores the manifest', async () => {
    const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key' };
    const encrypted = withMetadata(form(), { oauth_client_secret: `v3:${'0'.repeat(32)}:ab` });
    const { action, codes } = await world.imported({ manifest: encrypted, auth });
    expect([action['auth'], codes]).toEqual([
      { ...auth, location: 'header', per_user: false, api_key: '[HIDDEN]' },
      [],
    ]);
  });

  it.each<[string, Json, string]>([
    ['a field that is none', { clientid: 'x' }, '/auth/clientid'],
    ['a wrong value', { pkce: 'plain' }, '/auth/pkce'],
    ['a URL that may not be called', { token_url: 'http://10.0.0.1/token' }, '/auth/token_url'],
    ['a schema that is none', { type: 'magic' }, '/auth/type'],
    ['a schema with gaps', { type: 'api_key', auth_type: 'bearer' }, '/auth/api_key'],
    ['a secret to be kept, of which there is none', { client_secret: '[HIDDEN]' }, '/auth/client_secret'],
  ])('is rejected with a pointer: %s', async (_, auth, pointer) => {
    expect(problemOf(await world.import({ manifest: form(), auth }))).toBe(`400 invalid_request ${pointer}`);
    await expectNoAction();
  });

  it('are rejected with a pointer if credentials are missing, too', async () => {
    const manifest = withMetadata(form(), { oauth_client_id: undefined });
    const answer = await world.import({ manifest, auth: { clientid: 'canary' } });
    expect(answer.status).toBe(400);
    await expectNoAction();
  });
});

it('an import accepts null for omitted fields', async () => {
  const nothing = { manifest_url: null, openapi: null, openapi_url: null, auth: null, privacy_policy_url: null };
  const { action } = await world.imported({ manifest: world.sample('chatgpt-action'), ...nothing });
  expect(action).toMatchObject({ title: 'Weather', privacy_policy_url: null });
});

describe('an import', () => {
  it('cannot add a second action with the same domain', async () => {
    await world.gpt.action(world.document());
    expect(problemOf(await world.import(world.sample('librechat-action')))).toBe(
      '409 duplicate_domain /metadata/raw_spec',
    );
  });

  it('is recorded in the audit log without secrets', async () => {
    const { action } = await world.imported(world.sample('librechat-action'));
    const { body } = await world.tenant.admin.get(`/v1/audit-events?target_id=${action.id}`);
    expect(body.data).toEqual([
      expect.objectContaining({
        type: 'action.created',
        details: { gpt_id: world.gpt.id, domain: world.api.domain, auth: 'oauth', form: 'librechat_action' },
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain(world.provider.clientSecret);
  });

  it('accepts a document of many megabytes', async () => {
    const filled = { ...world.document(), 'x-fill': 'x'.repeat(5 * 1_048_576) };
    const { action } = await world.imported(
      withMetadata(world.sample('librechat-action'), { raw_spec: JSON.stringify(filled) }),
    );
    expect(action['domain']).toBe(world.api.domain);
  });

  it('logs no secrets', async () => {
    await world.import(withMetadata(world.sample('librechat-action'), { oauth_client_id: '[HIDDEN]' }));
    expect(world.app.logLines.join('\n')).not.toContain(world.provider.clientSecret);
  });
});

async function expectNoAction(): Promise<void> {
  expect((await world.tenant.admin.get(`${world.gpt.path}/actions`)).body.data).toEqual([]);
}
