import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key-of-the-api' };

async function action(auth?: object): Promise<{ id: string; path: string; auth: Record<string, unknown> }> {
  const { id, auth: shown } = await gpt.action(api.document(NOTES_PATHS), auth);
  return { id, path: `${gpt.path}/actions/${id}`, auth: shown };
}

describe('the authentication schema of an action', () => {
  it('is none until another is selected', async () => {
    const { path } = await action();
    expect((await tenant.admin.get(`${path}/auth`)).body).toEqual({ type: 'none' });
  });

  it.each<[string, () => object, object]>([
    ['none', () => ({ type: 'none' }), { type: 'none' }],
    ['api_key', () => API_KEY, { type: 'api_key', auth_type: 'bearer', location: 'header', api_key: '[HIDDEN]' }],
    [
      'api_key with user name and password',
      () => ({ type: 'api_key', auth_type: 'basic', username: 'u', password: 'canary-password' }),
      { type: 'api_key', auth_type: 'basic', location: 'header', username: 'u', password: '[HIDDEN]' },
    ],
    [
      'oauth',
      () => provider.schema(),
      { type: 'oauth', token_exchange_method: 'default_post', pkce: 'auto', client_secret: '[HIDDEN]' },
    ],
  ])('can be %s, set on creation or later, and is shown alike everywhere', async (_, input, shown) => {
    const { path, auth } = await action(input());
    expect(auth).toMatchObject(shown);
    const answers = [
      (await tenant.admin.get(path)).body.auth,
      (await tenant.admin.get(`${path}/auth`)).body,
      (await tenant.runtime.get(`${path}/auth`)).body,
      (await tenant.runtime.get(`${gpt.path}/actions`)).body.data[0].auth,
      (await tenant.admin.put(`${path}/auth`, input())).body,
      (await tenant.admin.patch(path, { auth: input() })).body.auth,
    ];
    for (const answer of answers) expect(answer).toEqual(auth);
  });

  it('shows client_id and callback_url to runtime keys, and never the secret', async () => {
    const { path } = await action(provider.schema());
    const shown = await tenant.runtime.get(`${path}/auth`);
    expect(shown.body).toMatchObject({
      client_id: provider.clientId,
      client_secret: '[HIDDEN]',
      callback_url: expect.stringMatching(new RegExp(`^${app.url}/aip/g-[a-z0-9]{26}/oauth/callback$`)),
    });
    const everything = await Promise.all(
      [path, `${path}/auth`, `${path}/openapi`, `${gpt.path}/actions`, '/v1/audit-events?limit=200'].map((at) =>
        tenant.admin.get(at),
      ),
    );
    expect(JSON.stringify(everything.map(({ body }) => body))).not.toContain(provider.clientSecret);
  });
});

describe('the callback URL', () => {
  it('is unique to an action and never changes', async () => {
    const first = await action(provider.schema());
    const second = await gpt.action(
      { ...api.document(NOTES_PATHS), servers: [{ url: 'https://b.example.com' }] },
      provider.schema(),
    );
    const url = first.auth['callback_url'];
    expect(second.auth.callback_url).not.toBe(url);
    await tenant.admin.patch(first.path, { openapi: api.document({ '/about': NOTES_PATHS['/about'] }) });
    await tenant.admin.put(`${first.path}/auth`, { ...provider.schema(), scope: 'notes:read' });
    await tenant.admin.put(`${first.path}/auth`, { type: 'none' });
    const { body } = await tenant.admin.put(`${first.path}/auth`, provider.schema());
    expect(body.callback_url).toBe(url);
  });

  it('cannot be set by clients', async () => {
    const { path } = await action(provider.schema());
    const input = { ...provider.schema(), callback_url: 'https://evil.example.com' };
    expect(problemOf(await tenant.admin.put(`${path}/auth`, input))).toBe('400 invalid_request /callback_url');
  });
});

describe('writing [HIDDEN] back', () => {
  it('keeps the stored key', async () => {
    const { path, auth } = await action(API_KEY);
    expect((await tenant.admin.put(`${path}/auth`, auth)).body).toEqual(auth);
    await gpt.call('listNotes');
    expect(api.last.headers['authorization']).toBe(`Bearer ${API_KEY.api_key}`);
  });

  it('keeps the stored key while other fields change', async () => {
    const { path, auth } = await action(API_KEY);
    await tenant.admin.patch(path, { auth: { ...auth, auth_type: 'custom', custom_header_name: 'X-Notes-Key' } });
    await gpt.call('listNotes');
    expect(api.last.headers['x-notes-key']).toBe(API_KEY.api_key);
    expect(api.last.headers['authorization']).toBeUndefined();
  });

  it.each<[string, () => object | undefined, () => object, string]>([
    ['there is none yet', () => undefined, () => ({ ...API_KEY, api_key: '[HIDDEN]' }), '/api_key'],
    ['it is of another schema', () => provider.schema(), () => ({ ...API_KEY, api_key: '[HIDDEN]' }), '/api_key'],
    [
      'it is another field of the same schema',
      () => API_KEY,
      () => ({ type: 'api_key', auth_type: 'basic', username: 'u', password: '[HIDDEN]' }),
      '/password',
    ],
    [
      'a public client has no secret',
      () => without(provider.schema(), 'client_secret'),
      () => provider.schema({ client_secret: '[HIDDEN]' }),
      '/client_secret',
    ],
  ])('is rejected if %s', async (_, stored, input, pointer) => {
    const { path, auth } = await action(stored());
    expect(problemOf(await tenant.admin.put(`${path}/auth`, input()))).toBe(`400 invalid_request ${pointer}`);
    expect(problemOf(await tenant.admin.patch(path, { auth: input() }))).toBe(`400 invalid_request /auth${pointer}`);
    expect((await tenant.admin.get(`${path}/auth`)).body).toEqual(auth);
  });

  it('is rejected for a new action', async () => {
    const body = { openapi: api.document(NOTES_PATHS), auth: { ...API_KEY, api_key: '[HIDDEN]' } };
    expect(problemOf(await gpt.addAction(body))).toBe('400 invalid_request /auth/api_key');
    expect((await tenant.admin.get(`${gpt.path}/actions`)).body.data).toEqual([]);
  });
});

describe('an invalid authentication schema', () => {
  it.each<[object, string]>([
    [{}, '/type'],
    [{ type: 'magic' }, '/type'],
    [{ type: ['none'] }, '/type'],
    [{ type: '__proto__' }, '/type'],
    [{ type: 'none', api_key: 'x' }, '/api_key'],
    [{ type: 'api_key', auth_type: 'bearer' }, '/api_key'],
    [{ type: 'api_key', api_key: 'x' }, '/auth_type'],
    [{ ...API_KEY, auth_type: 'digest' }, '/auth_type'],
    [{ ...API_KEY, api_key: '' }, '/api_key'],
    [{ ...API_KEY, api_key: 7 }, '/api_key'],
    [{ ...API_KEY, api_key: 'line\nbreak' }, '/api_key'],
    [{ ...API_KEY, api_key: 'x'.repeat(8193) }, '/api_key'],
    [{ ...API_KEY, auth_type: 'custom' }, '/custom_header_name'],
    [{ ...API_KEY, custom_header_name: 'X-Key' }, '/custom_header_name'],
    [{ ...API_KEY, auth_type: 'custom', custom_header_name: 'two words' }, '/custom_header_name'],
    [{ ...API_KEY, auth_type: 'custom', custom_header_name: 'Host' }, '/custom_header_name'],
    [{ ...API_KEY, auth_type: 'custom', custom_header_name: 'Cookie' }, '/custom_header_name'],
    [{ ...API_KEY, location: 'body' }, '/location'],
    [{ ...API_KEY, location: 'query' }, '/parameter_name'],
    [{ ...API_KEY, parameter_name: 'key' }, '/parameter_name'],
    [{ ...API_KEY, location: 'query', parameter_name: 'a&b' }, '/parameter_name'],
    [{ ...API_KEY, username: 'u' }, '/api_key /username'],
    [{ type: 'api_key', auth_type: 'basic', username: 'a:b', password: 'x' }, '/username'],
    [{ type: 'api_key', auth_type: 'basic', username: 'a' }, '/password'],
    [{ type: 'api_key', auth_type: 'basic', password: 'x' }, '/username'],
    [{ ...API_KEY, per_everybody: true }, '/per_everybody'],
    [{ type: 'none', static_headers: 'X: y' }, '/static_headers'],
    [{ type: 'none', static_headers: { 'X-A': 7 } }, '/static_headers'],
    [{ type: 'none', static_headers: { 'X-A': 'a\r\nX-B: b' } }, '/static_headers'],
    [{ type: 'none', static_headers: { Authorization: 'Bearer x' } }, '/static_headers'],
    [{ type: 'none', static_headers: { Host: 'evil.example.com' } }, '/static_headers'],
    [{ type: 'none', static_headers: { 'X-Forwarded-For': '1.1.1.1' } }, '/static_headers'],
    [{ type: 'none', static_headers: many(21) }, '/static_headers'],
  ])('is rejected with a pointer: %j', async (auth, pointers) => {
    expect(await refusalsOf(auth)).toEqual(refusedAt(pointers));
  });

  it.each<[object, string]>([
    [{ client_id: undefined }, '/client_id'],
    [{ authorization_url: undefined, token_url: undefined }, '/authorization_url /token_url'],
    [{ authorization_url: 'javascript:alert(1)' }, '/authorization_url'],
    [{ authorization_url: 'data:text/html,x' }, '/authorization_url'],
    [{ token_url: 'file:///etc/passwd' }, '/token_url'],
    [{ token_url: 'http://10.0.0.1/token' }, '/token_url'],
    [{ token_url: 'https://user:pass@auth.example.com/token' }, '/token_url'],
    [{ authorization_url: 'https://auth.example.com/a#fragment' }, '/authorization_url'],
    [{ revocation_url: 'nonsense' }, '/revocation_url'],
    [{ token_exchange_method: 'basic' }, '/token_exchange_method'],
    [{ token_exchange_method: 'basic_auth_header', client_secret: undefined }, '/client_secret'],
    [{ authorization_content_type: 'text/plain' }, '/authorization_content_type'],
    [{ pkce: 'plain' }, '/pkce'],
    [{ scope: 'a\nb' }, '/scope'],
    [{ scope_separator: ';' }, '/scope_separator'],
    [{ authorization_params: { state: 'mine' } }, '/authorization_params'],
    [{ authorization_params: { redirect_uri: 'https://evil.example.com' } }, '/authorization_params'],
    [{ token_params: { code: 'mine' } }, '/token_params'],
    [{ token_path: 'not/a/pointer' }, '/token_path'],
    [{ redirect_uri: 'https://evil.example.com' }, '/redirect_uri'],
  ])('is rejected with a pointer: oauth with %j', async (change, pointers) => {
    expect(await refusalsOf(provider.schema(change))).toEqual(refusedAt(pointers));
  });

  it.each<[object, string]>([
    [{ type: 'api_key' }, '/api_key /auth_type'],
    [{ type: 'api_key', auth_type: 'basic', per_everybody: true, password: 'x' }, '/per_everybody /username'],
    [
      { ...API_KEY, api_key: 'a\nb', check_operation: 'x', parameter_name: 'p', custom_header_name: 'h' },
      '/api_key /check_operation /custom_header_name /parameter_name',
    ],
    [{ type: 'api_key', auth_type: 'basic', username: 'a:b' }, '/password /username'],
    [
      { type: 'api_key', auth_type: 'basic', username: 'a:b', password: '[HIDDEN]', location: 'header', x: 1 },
      '/password /username /x',
    ],
    [
      { ...API_KEY, api_key: '[HIDDEN]', per_user: true, location: 'query', static_headers: 'X: y' },
      '/api_key /parameter_name /static_headers',
    ],
    [{ type: 'none', constructor: 1, toString: 2, static_headers: 'X: y' }, '/constructor /static_headers /toString'],
  ])('is rejected with all mistakes at once: %j', async (auth, pointers) => {
    expect(await refusalsOf(auth)).toEqual(refusedAt(pointers));
  });

  it.each<[object, string]>([
    [
      { client_id: undefined, authorization_url: 'javascript:x', token_url: 'nonsense', pkce: 'x', redirect: 'x' },
      '/authorization_url /client_id /pkce /redirect /token_url',
    ],
    [
      { authorization_url: undefined, token_url: undefined, client_id: undefined, scope: 'a\nb' },
      '/authorization_url /client_id /scope /token_url',
    ],
    [
      { client_secret: '[HIDDEN]', token_url: 'nonsense', refresh_url: 'https://x.example.com/#f' },
      '/client_secret /refresh_url /token_url',
    ],
    [
      { token_exchange_method: 'basic_auth_header', client_secret: undefined, authorization_url: 5 },
      '/authorization_url /client_secret',
    ],
    [
      { issuer: 'nonsense', authorization_url: undefined, token_url: 'nonsense', client_id: undefined },
      '/client_id /issuer /token_url',
    ],
    [{ token_url: 'http://10.0.0.1/token#f' }, '/token_url /token_url'],
    [{ issuer: 5, authorization_url: undefined, client_id: '' }, '/client_id /issuer'],
  ])('is rejected with all mistakes at once: oauth with %j', async (change, pointers) => {
    expect(await refusalsOf(provider.schema(change))).toEqual(refusedAt(pointers));
  });

  it('is rejected with all mistakes at once if its issuer has no metadata', async () => {
    const { path } = await action();
    const schema = { type: 'oauth', issuer: `${api.url}/none`, pkce: 'x', revocation_url: 'nonsense' };
    expect(problemOf(await tenant.admin.put(`${path}/auth`, schema))).toBe(
      '422 discovery_failed /client_id /issuer /pkce /revocation_url',
    );
  });

  /** What a new action, a change of one and a change of its schema alone say to it; nothing comes of any of them. */
  async function refusalsOf(auth: object): Promise<string[]> {
    const created = problemOf(await gpt.addAction({ openapi: api.document(NOTES_PATHS), auth }));
    expect((await tenant.admin.get(`${gpt.path}/actions`)).body.data).toEqual([]);
    const { path } = await action();
    const changes = [await tenant.admin.patch(path, { auth }), await tenant.admin.put(`${path}/auth`, auth)];
    expect((await tenant.admin.get(`${path}/auth`)).body).toEqual({ type: 'none' });
    return [created, ...changes.map(problemOf)];
  }

  function refusedAt(pointers: string): string[] {
    const below = pointers.replaceAll('/', '/auth/');
    return [below, below, pointers].map((places) => `400 invalid_request ${places}`);
  }

  it.each([
    ['null', '/type'],
    ['[]', '/type'],
    ['"none"', '/type'],
    ['', '/type'],
  ])('is rejected if it is not an object: %s', async (body, pointer) => {
    const { path } = await action();
    const refused = problemOf(await tenant.admin.put(`${path}/auth`, body));
    expect([`400 invalid_request ${pointer}`, '400 invalid_request']).toContain(refused);
  });
});

describe('static headers', () => {
  it('are sent with every call and shown in plain text', async () => {
    const static_headers = { 'Notion-Version': '2022-06-28', 'X-Mode': 'full' };
    const { auth } = await action({ ...API_KEY, static_headers });
    expect(auth['static_headers']).toEqual(static_headers);
    await gpt.call('listNotes');
    expect(api.last.headers).toMatchObject({ 'notion-version': '2022-06-28', 'x-mode': 'full' });
    await gpt.call('about');
    expect(api.last.headers['authorization']).toBeUndefined();
  });

  it('never replace the credential', async () => {
    await action({
      ...API_KEY,
      auth_type: 'custom',
      custom_header_name: 'X-Notes-Key',
      static_headers: { 'x-notes-key': 'not the key' },
    });
    await gpt.call('listNotes');
    expect(api.last.headers['x-notes-key']).toBe(API_KEY.api_key);
  });

  it.each([
    ['a small document', 10],
    ['a document that a worker thread reads', 40_000],
  ])('take the place of the header parameters of their names in %s', async (_, length) => {
    const header = (name: string) => ({ name, in: 'header', required: true, schema: { type: 'string' } });
    const get = {
      operationId: 'listPages',
      description: 'x'.repeat(length),
      parameters: [header('Notion-Version'), header('X-Mode')],
      responses: { 200: { description: 'ok' } },
    };
    const { id } = await gpt.action(api.document({ '/pages': { get } }));
    const argumentNames = async () => {
      const { body } = await tenant.runtime.get(`${gpt.path}/tools?format=anthropic`);
      return Object.keys(body.data[0].input_schema.properties as object);
    };
    const select = (static_headers: object) =>
      tenant.admin.put(`${gpt.path}/actions/${id}/auth`, { type: 'none', static_headers });

    expect(await argumentNames()).toEqual(['Notion-Version', 'X-Mode']);
    expect(problemOf(await gpt.call('listPages', { arguments: { 'X-Mode': 'a' } }))).toBe(
      '400 invalid_arguments /arguments/Notion-Version',
    );
    await select({ 'notion-version': '2022-06-28' });
    expect(await argumentNames()).toEqual(['X-Mode']);
    expect((await gpt.call('listPages', { arguments: { 'X-Mode': 'a' } })).body.outcome).toBe('completed');
    expect(api.last.headers).toMatchObject({ 'notion-version': '2022-06-28', 'x-mode': 'a' });
    const { body } = await gpt.call('listPages', { arguments: { 'X-Mode': 'a', 'Notion-Version': '2021-01-01' } });
    expect(body.notices).toMatchObject([{ pointer: '/arguments/Notion-Version' }]);
    expect(api.last.headers['notion-version']).toBe('2022-06-28');
    await select({});
    expect(await argumentNames()).toEqual(['Notion-Version', 'X-Mode']);
  });
});

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, 'x']));
}

function without(fields: object, name: string): object {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
