import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { TestApp } from '../support/app.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: OAuthWorld;
let gpt: TestGpt;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  world.reset();
  gpt = await world.tenant.gpt();
});

type Json = Record<string, unknown>;

/** A form as it is found out there, its API and its provider being those of this test. */
function sample(name: 'plugin-manifest' | 'chatgpt-action' | 'librechat-action'): Json {
  const text = readFileSync(new URL(`forms/${name}.json`, import.meta.url), 'utf8')
    .replaceAll('https://api.example.com', world.api.url)
    .replaceAll('https://auth.example.com', world.provider.url)
    .replace('notes-client', world.provider.clientId)
    .replace('canary-librechat-secret', world.provider.clientSecret);
  return JSON.parse(text) as Json;
}

function withAuth(form: Json, changes: Json): Json {
  const auth = { ...(form['auth'] as Json), ...changes };
  return { ...form, auth };
}

function withMetadata(form: Json, changes: Json): Json {
  return { ...form, metadata: { ...(form['metadata'] as Json), ...changes } };
}

/** The auth of a LibreChat action or a tool of a GPT. */
function authOf(form: Json): Json {
  return (form['metadata'] as Json)['auth'] as Json;
}

/** What is behind URLs of the API; all else of it answers calls. */
function serve(files: Record<string, unknown>): void {
  world.api.answers(({ path }) => ({ body: files[path] ?? { ok: true } }));
}

function importing(body: unknown, into: TestGpt = gpt): Promise<Answer> {
  return into.tenant.admin.post(`${into.path}/imports`, body);
}

/** Imports and expects that to go well. */
async function imported(body: unknown): Promise<{ form: string; action: Json & { id: string }; codes: string[] }> {
  const answer = await importing(body);
  if (answer.status !== 201) throw new Error(`the import was refused: ${JSON.stringify(answer.body)}`);
  const { form, action, warnings } = answer.body;
  return { form, action, codes: warnings.map(({ code }: { code: string }) => code) };
}

/** What comes of a user's signing in to the action. */
async function statusOfSignIn(call: object = {}): Promise<string> {
  const attempt = await new EndUser(gpt, 'alice').signsIn(call);
  return (await attempt.view()).status;
}

const client = () => ({ client_id: world.provider.clientId, client_secret: world.provider.clientSecret });

const DOCUMENT = () => world.api.document(NOTES_PATHS);

describe('a plugin manifest', () => {
  const manifest = () => sample('plugin-manifest');

  beforeEach(() => serve({ '/openapi.yaml': JSON.stringify(DOCUMENT()), '/.well-known/ai-plugin.json': manifest() }));

  it('becomes an action with sign-in if the client sends its credentials', async () => {
    const { form, action, codes } = await imported({ manifest: manifest(), auth: client() });
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
    expect(await statusOfSignIn()).toBe('connected');
  });

  it.each([
    ['an object', () => ({ manifest: manifest() })],
    ['JSON text', () => ({ manifest: JSON.stringify(manifest()) })],
    ['the whole body', () => manifest()],
    ['a URL', () => ({ manifest_url: `${world.api.url}/.well-known/ai-plugin.json` })],
  ])('can be sent as %s', async (_, body) => {
    const { action } = await imported(body());
    expect(action).toMatchObject({ domain: world.api.domain, auth: { type: 'none' } });
  });

  it('becomes an action without authentication if credentials are missing, with a warning', async () => {
    const { body } = await importing(manifest());
    const { action, warnings } = body;
    const path = `${gpt.path}/actions/${action.id}/auth`;
    expect(action.auth).toEqual({ type: 'none' });
    expect(action.suggested_auth).toEqual({
      type: 'oauth',
      authorization_url: `${world.provider.url}/authorize`,
      token_url: `${world.provider.url}/token`,
      scope: 'notes:read notes:write',
      authorization_content_type: 'application/json',
    });
    const [missing] = warnings.filter(({ code }: { code: string }) => code === 'credentials_missing');
    expect(missing.pointer).toBe('/auth');
    expect(missing.message).toContain(`send client_id, client_secret to PUT ${path},`);
    const { status, body: auth } = await world.tenant.admin.put(path, { type: 'oauth', ...client() });
    expect([status, auth.authorization_content_type]).toEqual([200, 'application/json']);
    expect(auth.token_url).toBe(`${world.provider.url}/token`);
  });

  it('does not leak its verification tokens', async () => {
    const { body } = await importing(manifest());
    expect(JSON.stringify(body)).not.toContain('canary-verification-token');
    expect(await world.app.database.dump()).not.toContain('canary-verification-token');
  });

  it.each([
    ['/openapi.yaml', '/.well-known/ai-plugin.json'],
    ['../openapi.yaml', '/.well-known/ai-plugin.json'],
    ['openapi.yaml', '/ai-plugin.json'],
  ])('can reference its document by relative URL: %s from %s', async (url, path) => {
    const relative = { ...manifest(), api: { type: 'openapi', url } };
    serve({ '/openapi.yaml': JSON.stringify(DOCUMENT()), [path]: relative });
    const { action } = await imported({ manifest_url: world.api.url + path });
    expect(action['openapi_url']).toBe(`${world.api.url}/openapi.yaml`);
  });

  it('is read after redirects, and its document is resolved against the final URL', async () => {
    const relative = { ...manifest(), api: { type: 'openapi', url: 'doc.json' } };
    world.api.answers(({ path }) => {
      if (path === '/start') return { status: 302, headers: { location: '/moved/ai-plugin.json' } };
      return { body: path === '/moved/ai-plugin.json' ? relative : DOCUMENT() };
    });
    const { action } = await imported({ manifest_url: `${world.api.url}/start` });
    expect(action['openapi_url']).toBe(`${world.api.url}/moved/doc.json`);
  });

  it('can be combined with another document', async () => {
    const { action } = await imported({ manifest: { ...manifest(), api: { type: 'mcp' } }, openapi: DOCUMENT() });
    expect(action['openapi_url']).toBeNull();
    expect(world.api.requests).toEqual([]);
  });

  it.each<[string, Json]>([
    ['bearer', { authorization: 'Bearer canary-key' }],
    ['basic', { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` }],
  ])('of type service_http sends its key as %s', async (authorization_type, headers) => {
    const api_key = authorization_type === 'basic' ? 'u:p' : 'canary-key';
    const service = { ...manifest(), auth: { type: 'service_http', authorization_type } };
    await imported({ manifest: service, auth: { api_key } });
    await gpt.call('listNotes');
    expect(world.api.last.headers).toMatchObject(headers);
  });

  it('of type user_http asks each user for a key', async () => {
    const { action, codes } = await imported(withAuth(manifest(), { type: 'user_http', verification_tokens: {} }));
    expect([action['auth'], codes]).toEqual([expect.objectContaining({ type: 'api_key', per_user: true }), []]);
    const { body } = await gpt.call('listNotes', { user: 'alice' });
    expect(body).toMatchObject({ outcome: 'sign_in_required' });
  });

  it('follows `auth` if other members contradict it', async () => {
    const both = { ...manifest(), auth: { type: 'none' } };
    const { action, codes } = await imported(both);
    expect([action['auth'], codes]).toEqual([{ type: 'none' }, ['user_authentication_differs']]);
  });
});

describe('a ChatGPT action', () => {
  const action = () => sample('chatgpt-action');
  const metadata = () => action()['metadata'] as Json;

  it('takes the header from the manifest and the key from the client', async () => {
    const answer = await imported({ manifest: action(), auth: { api_key: 'canary-key' } });
    expect(answer).toMatchObject({
      form: 'chatgpt_action',
      action: { title: 'Weather', privacy_policy_url: 'https://www.example.com/privacy' },
      codes: [],
    });
    await gpt.call('GetCurrentWeather', { arguments: { location: 'Oslo' } });
    expect(world.api.last.headers['x-weather-key']).toBe('canary-key');
  });

  it('warns if the key is missing, and accepts it later', async () => {
    const { action: made, codes } = await imported(metadata());
    expect([made['auth'], codes]).toEqual([{ type: 'none' }, ['credentials_missing']]);
    const suggested = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Weather-Key' };
    expect(made['suggested_auth']).toEqual(suggested);
    const path = `${gpt.path}/actions/${made.id}/auth`;
    expect((await world.tenant.admin.put(path, { type: 'api_key', api_key: 'k' })).body).toMatchObject(suggested);
  });

  it.each<[string, (authorize: string, token: string) => Json, string[]]>([
    ['as OpenAI has them', (authorize, token) => ({ client_url: authorize, authorization_url: token }), []],
    ['as they sound', (authorize, token) => ({ client_url: token, authorization_url: authorize }), ['urls_swapped']],
  ])('has its two URLs assigned correctly: %s', async (_, urls, expected) => {
    const { url } = world.provider;
    const auth = { type: 'oauth', ...urls(`${url}/authorize`, `${url}/token`) };
    const { action: made, codes } = await imported({ manifest: { ...metadata(), auth }, auth: client() });
    expect(made['auth']).toMatchObject({ authorization_url: `${url}/authorize`, token_url: `${url}/token` });
    expect(codes).toEqual(expected);
    expect(await statusOfSignIn({ operation_id: 'GetCurrentWeather', arguments: { location: 'Oslo' } })).toBe(
      'connected',
    );
  });

  it('has its two URLs assigned by the document if their paths are ambiguous', async () => {
    const { url } = world.provider;
    const auth = { type: 'oauth', client_url: `${url}/a`, authorization_url: `${url}/b` };
    const authorizationCode = { authorizationUrl: `${url}/b`, tokenUrl: `${url}/a`, scopes: {} };
    const components = { securitySchemes: { notes: { type: 'oauth2', flows: { authorizationCode } } } };
    const openapi = world.api.document(NOTES_PATHS, { components });
    const known = await imported({ manifest: { ...metadata(), auth }, openapi, auth: client() });
    expect(known.action['auth']).toMatchObject({ authorization_url: `${url}/b`, token_url: `${url}/a` });
    expect(known.codes).toEqual(['urls_swapped']);
    gpt = await world.tenant.gpt();
    const unknown = await imported({ manifest: { ...metadata(), auth }, auth: client() });
    expect(unknown.action['auth']).toMatchObject({ authorization_url: `${url}/a`, token_url: `${url}/b` });
    expect(unknown.codes).toEqual(['urls_unclear']);
  });

  it('takes missing URLs from the document', async () => {
    const { url } = world.provider;
    const authorizationCode = { authorizationUrl: `${url}/authorize`, tokenUrl: `${url}/token`, scopes: { a: '' } };
    const components = { securitySchemes: { notes: { type: 'oauth2', flows: { authorizationCode } } } };
    const openapi = world.api.document(NOTES_PATHS, { components });
    const form = { ...metadata(), auth: { type: 'oauth', scope: '' } };
    const { action: made } = await imported({ manifest: form, openapi, auth: client() });
    expect(made['auth']).toMatchObject({ token_url: `${url}/token`, scope: '' });
    gpt = await world.tenant.gpt();
    const { action: gap } = await imported({ manifest: form, openapi });
    expect(gap['suggested_auth']).toMatchObject({ token_url: `${url}/token`, scope: '' });
  });

  it('has no credentials if it contains placeholders', async () => {
    const { action: made, codes } = await imported({ ...metadata(), api_key: '[HIDDEN]' });
    expect([made['auth'], codes]).toEqual([{ type: 'none' }, ['credentials_missing']]);
  });
});

describe('a LibreChat action', () => {
  const action = () => sample('librechat-action');
  const IV = '0123456789abcdef0123456789abcdef';

  it('is complete if it was exported unencrypted, and its secret is sealed', async () => {
    const { form, action: made, codes } = await imported(action());
    expect([form, codes]).toEqual(['librechat_action', []]);
    expect(made['auth']).toMatchObject({
      client_id: world.provider.clientId,
      client_secret: '[HIDDEN]',
      token_exchange_method: 'basic_auth_header',
      token_url: `${world.provider.url}/token`,
    });
    expect(await statusOfSignIn()).toBe('connected');
    const basic = Buffer.from(`${world.provider.clientId}:${world.provider.clientSecret}`).toString('base64');
    expect(world.provider.tokenRequests[0]?.headers['authorization']).toBe(`Basic ${basic}`);
    expect(await world.app.database.dump()).not.toContain(world.provider.clientSecret);
  });

  it("has its two URLs assigned correctly if they follow ChatGPT's names", async () => {
    const { client_url, authorization_url, ...rest } = authOf(action());
    const auth = { ...rest, client_url: authorization_url, authorization_url: client_url };
    const { action: made, codes } = await imported(withMetadata(action(), { auth }));
    expect(made['auth']).toMatchObject({ token_url: `${world.provider.url}/token` });
    expect(codes).toEqual(['urls_swapped']);
  });

  it.each<[string, Json, string[]]>([
    [
      'encrypted',
      { oauth_client_id: `${IV}:${IV}`, oauth_client_secret: `v3:${IV}:ab` },
      ['client_id', 'client_secret'],
    ],
    ['left out', { oauth_client_id: undefined, oauth_client_secret: undefined }, ['client_id', 'client_secret']],
    ['in part', { oauth_client_id: undefined }, ['client_id', 'client_secret']],
    ['without its secret', { oauth_client_secret: '[HIDDEN]' }, ['client_secret']],
  ])('becomes an action without authentication if its client is %s', async (_, changes, missing) => {
    const answer = await importing(withMetadata(action(), changes));
    expect(answer.body.action.auth).toEqual({ type: 'none' });
    const { message } = answer.body.warnings.at(-1);
    expect(message).toContain(`send ${missing.join(', ')} to PUT`);
    expect(JSON.stringify(answer.body)).not.toContain(world.provider.clientSecret);
    expect(JSON.stringify(answer.body)).not.toContain(IV);
  });

  it('warns about encrypted credentials, and keeps the other fields as a suggestion', async () => {
    const { action: made, codes } = await imported(withMetadata(action(), { oauth_client_secret: `${IV}:${IV}` }));
    expect(codes).toEqual(['credential_encrypted', 'credentials_missing']);
    const path = `${gpt.path}/actions/${made.id}/auth`;
    const answer = await world.tenant.admin.put(path, { type: 'oauth', client_secret: 'canary-own' });
    expect(answer.body).toMatchObject({
      client_id: world.provider.clientId,
      token_exchange_method: 'basic_auth_header',
      scope: 'notes:read',
    });
  });

  it('takes withheld credentials from the client', async () => {
    const hidden = withMetadata(action(), { oauth_client_secret: '[HIDDEN]' });
    const { action: made, codes } = await imported({ manifest: hidden, auth: { client_secret: 'canary-own' } });
    expect([made['auth'], codes]).toEqual([expect.objectContaining({ client_secret: '[HIDDEN]' }), []]);
  });

  it('becomes a public client only if the client says so', async () => {
    const auth = { ...authOf(action()), token_exchange_method: 'default_post' };
    const hidden = withMetadata(action(), { auth, oauth_client_secret: '[HIDDEN]' });
    expect((await imported(hidden)).action['auth']).toEqual({ type: 'none' });
    gpt = await world.tenant.gpt();
    const { action: made } = await imported({ manifest: hidden, auth: { client_secret: null } });
    expect(made['auth']).toMatchObject({ type: 'oauth', client_id: world.provider.clientId });
    expect(made['auth']).not.toHaveProperty('client_secret');
  });
});

describe('fields sent by the client', () => {
  const form = () => sample('librechat-action');

  it('take precedence over the manifest', async () => {
    const auth = { scope: 'notes:write', pkce: 'required' };
    const body = { manifest: form(), auth, privacy_policy_url: 'https://own.example.com/privacy' };
    const { action } = await imported(body);
    expect(action).toMatchObject({ auth, privacy_policy_url: 'https://own.example.com/privacy' });
  });

  it('can select another schema, which ignores the manifest', async () => {
    const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key' };
    const encrypted = withMetadata(form(), { oauth_client_secret: `v3:${'0'.repeat(32)}:ab` });
    const { action, codes } = await imported({ manifest: encrypted, auth });
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
    expect(problemOf(await importing({ manifest: form(), auth }))).toBe(`400 invalid_request ${pointer}`);
    await expectNoAction();
  });

  it('are rejected with a pointer if credentials are missing, too', async () => {
    const manifest = withMetadata(form(), { oauth_client_id: undefined });
    const answer = await importing({ manifest, auth: { clientid: 'canary' } });
    expect(answer.status).toBe(400);
    await expectNoAction();
  });
});

it('an import accepts null for omitted fields', async () => {
  const nothing = { manifest_url: null, openapi: null, openapi_url: null, auth: null, privacy_policy_url: null };
  const { action } = await imported({ manifest: sample('chatgpt-action'), ...nothing });
  expect(action).toMatchObject({ title: 'Weather', privacy_policy_url: null });
});

describe('an invalid manifest', () => {
  const manifest = () => sample('plugin-manifest');
  const libreChat = () => sample('librechat-action');
  const withLibreAuth = (changes: Json) => withMetadata(libreChat(), { auth: { ...authOf(libreChat()), ...changes } });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => ({}), '400 invalid_request /manifest'],
    ['a list', () => [], '400 invalid_request '],
    ['text', () => '"x"', '400 invalid_request '],
    ['both ways at once', () => ({ manifest: {}, manifest_url: world.api.url }), '400 invalid_request /manifest'],
    ['a number', () => ({ manifest: 7 }), '400 invalid_request /manifest'],
    ['an unknown field', () => ({ manifest: manifest(), name: 'x' }), '400 invalid_request /name'],
    ['a body that is no form', () => ({ openapi: DOCUMENT() }), '400 invalid_request /manifest'],
    ['a body of unknown fields', () => ({ gizmo: {} }), '400 invalid_request /gizmo /manifest'],
    ['a URL that is none', () => ({ manifest_url: 'ftp://x.example' }), '400 invalid_request /manifest_url'],
    ['auth that is text', () => ({ manifest: manifest(), auth: 'none' }), '400 invalid_request /auth'],
    [
      'two documents',
      () => ({ manifest: manifest(), openapi: {}, openapi_url: world.api.url }),
      '400 invalid_request /openapi',
    ],
    ['a form that is none', () => ({ manifest: { openapi: '3.1.0' } }), '422 invalid_import '],
    ['text that is no JSON', () => ({ manifest: 'schema_version: v1' }), '422 invalid_import '],
    ['a whole GPT', () => ({ manifest: { gizmo: {}, tools: [] } }), '422 invalid_import /tools'],
    ['a manifest without auth', () => ({ ...manifest(), auth: undefined }), '422 invalid_import /auth'],
    ['auth of an unknown kind', () => withAuth(manifest(), { type: 'oauth2' }), '422 invalid_import /auth/type'],
    [
      'another kind of API',
      () => ({ ...manifest(), api: { type: 'mcp', url: world.api.url } }),
      '422 invalid_import /api/type',
    ],
    [
      'another kind of API at no URL, with auth of an unknown kind',
      () => withAuth({ ...manifest(), api: { type: 'mcp' } }, { type: 'oauth2' }),
      '422 invalid_import /api/type /api/url /auth/type',
    ],
    [
      'no document, with credentials that are no text',
      () => withMetadata(libreChat(), { raw_spec: '', oauth_client_id: 7, oauth_client_secret: [] }),
      '422 invalid_import /metadata/oauth_client_id /metadata/oauth_client_secret /metadata/raw_spec',
    ],
    [
      'a relative document',
      () => ({ ...manifest(), api: { type: 'openapi', url: '/x' } }),
      '422 invalid_import /api/url',
    ],
    ['no document', () => withMetadata(libreChat(), { raw_spec: '' }), '422 invalid_import /metadata/raw_spec'],
    [
      'a broken document',
      () => withMetadata(libreChat(), { raw_spec: 'openapi: 3.1.0' }),
      '422 invalid_openapi  /paths',
    ],
    [
      'a document that may not be fetched',
      () => ({ ...manifest(), api: { type: 'openapi', url: 'http://10.0.0.1/x' } }),
      '403 egress_denied /api/url',
    ],
    [
      'a token URL that may not be called',
      () => withLibreAuth({ client_url: 'http://10.0.0.1/token' }),
      '422 invalid_import /metadata/auth/client_url',
    ],
    [
      'a way to authenticate that there is not, at URLs that may not be called',
      () =>
        withLibreAuth({ token_exchange_method: 'magic', client_url: 'nonsense', authorization_url: 'javascript:x' }),
      '422 invalid_import /metadata/auth/authorization_url /metadata/auth/client_url /metadata/auth/token_exchange_method',
    ],
    [
      'a way to authenticate that there is not',
      () => withLibreAuth({ token_exchange_method: 'magic' }),
      '422 invalid_import /metadata/auth/token_exchange_method',
    ],
    [
      'a header that is none',
      () =>
        withMetadata(sample('chatgpt-action'), {
          auth: { type: 'service_http', authorization_type: 'custom', custom_auth_header: 'two words' },
          api_key: 'k',
        }),
      '422 invalid_import /metadata/auth/custom_auth_header',
    ],
  ])('is rejected with a pointer: %s', async (_, body, problem) => {
    expect(problemOf(await importing(body()))).toBe(problem);
    await expectNoAction();
  });

  it('is not quoted in the error', async () => {
    const { body } = await importing({ manifest: '{"oauth_client_secret": "canary-secret", ' });
    expect(JSON.stringify(body)).not.toContain('canary');
  });

  it.each<[string, () => { status?: number; headers?: Record<string, string>; body?: unknown }, string]>([
    ['does not exist', () => ({ status: 404, body: 'no' }), '422 invalid_import '],
    ['is a web page', () => ({ body: '<!doctype html>' }), '422 invalid_import '],
    ['redirects for ever', () => ({ status: 302, headers: { location: '/on' } }), '422 invalid_import '],
    [
      'redirects to a private address',
      () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
      '403 egress_denied /manifest_url',
    ],
    ['is larger than any form', () => ({ body: 'x'.repeat(33 * 1_048_576) }), '413 request_too_large /manifest_url'],
  ])('is rejected if its URL %s', async (_, reply, problem) => {
    world.api.answers(reply);
    expect(problemOf(await importing({ manifest_url: `${world.api.url}/ai-plugin.json` }))).toBe(problem);
    await expectNoAction();
  });

  it('is not fetched from a private address', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      const own = await (await strict.tenant()).gpt();
      const answer = await importing({ manifest_url: `${world.api.url}/ai-plugin.json` }, own);
      expect(problemOf(answer)).toBe('403 egress_denied /manifest_url');
      expect(world.api.requests).toEqual([]);
    } finally {
      await strict.stop();
    }
  });
});

describe('an import', () => {
  it('cannot add a second action with the same domain', async () => {
    await gpt.action(DOCUMENT());
    expect(problemOf(await importing(sample('librechat-action')))).toBe('409 duplicate_domain');
  });

  it('is recorded in the audit log without secrets', async () => {
    const { action } = await imported(sample('librechat-action'));
    const { body } = await world.tenant.admin.get(`/v1/audit-events?target_id=${action.id}`);
    expect(body.data).toEqual([
      expect.objectContaining({
        type: 'action.created',
        details: { gpt_id: gpt.id, domain: world.api.domain, auth: 'oauth', form: 'librechat_action' },
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain(world.provider.clientSecret);
  });

  it('accepts a document of many megabytes', async () => {
    const filled = { ...DOCUMENT(), 'x-fill': 'x'.repeat(5 * 1_048_576) };
    const { action } = await imported(withMetadata(sample('librechat-action'), { raw_spec: JSON.stringify(filled) }));
    expect(action['domain']).toBe(world.api.domain);
  });

  it('logs no secrets', async () => {
    await importing(withMetadata(sample('librechat-action'), { oauth_client_id: '[HIDDEN]' }));
    expect(world.app.logLines.join('\n')).not.toContain(world.provider.clientSecret);
  });
});

async function expectNoAction(): Promise<void> {
  expect((await world.tenant.admin.get(`${gpt.path}/actions`)).body.data).toEqual([]);
}
