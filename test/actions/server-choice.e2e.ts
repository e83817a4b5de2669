import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let first: Upstream;
let second: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  app = await TestApp.start();
  [first, second] = await Promise.all([Upstream.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), first.stop(), second.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
  for (const { requests } of [first, second]) requests.length = 0;
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key-of-the-api' };
const TEMPLATE = 'http://127.0.0.1:{port}/{base}';

/** Returns a document with a plain server and one with variables. */
function documentOf(more: object = {}): object {
  const [one, other] = [first, second].map(({ domain }) => domain.split(':')[1] ?? '');
  const variables = { port: { default: other, enum: [one, other] }, base: { default: 'v1' } };
  const servers = [{ url: first.url }, { url: TEMPLATE, description: 'Both', variables }];
  return first.document(NOTES_PATHS, { servers, ...more });
}

async function add(body: object = {}) {
  const { status, body: action } = await gpt.addAction({ openapi: documentOf(), ...body });
  expect(status).toBe(201);
  return { ...action, path: `${gpt.path}/actions/${action.id}` };
}

const portOf = ({ domain }: Upstream) => domain.split(':')[1] ?? '';
const requestsOf = ({ requests }: Upstream) => requests.map(({ path }) => path);

describe('the server of a new action', () => {
  it('is the first by default', async () => {
    const action = await add();
    expect(action).toMatchObject({ server_url: first.url, server_variables: {} });
    expect(action.servers).toMatchObject([
      { url: first.url, description: null, variables: {}, selected: true },
      { url: TEMPLATE, description: 'Both', variables: { base: { default: 'v1' } }, selected: false },
    ]);
  });

  it('can be chosen together with values of its variables', async () => {
    const server_variables = { base: 'v2' };
    const action = await add({ server_url: TEMPLATE, server_variables });
    expect(action).toMatchObject({ server_url: `${second.url}/v2`, domain: second.domain, server_variables });
    expect(action.servers.map(({ selected }: { selected: boolean }) => selected)).toEqual([false, true]);
    expect((await gpt.call('listNotes')).status).toBe(200);
    expect([requestsOf(first), requestsOf(second)]).toEqual([[], ['/v2/notes']]);
  });

  it.each<[body: object, problem: string]>([
    [{ server_url: 'https://other.example.com' }, '400 invalid_request /server_url'],
    [{ server_url: 5 }, '400 invalid_request /server_url'],
    [{ server_variables: { base: 'v2' } }, '400 invalid_request /server_variables/base'],
    [{ server_url: TEMPLATE, server_variables: { port: '1' } }, '400 invalid_request /server_variables/port'],
    [{ server_url: TEMPLATE, server_variables: { base: 5 } }, '400 invalid_request /server_variables'],
    [{ server_url: TEMPLATE, server_variables: { base: 'a b' } }, '400 invalid_request /server_variables'],
    [{ server_url: TEMPLATE, server_variables: { base: '?x=1' } }, '422 invalid_openapi /servers/1/url'],
    [{ server_url: TEMPLATE, server_variables: { base: '{connection.site}' } }, '400 invalid_request /auth/type'],
  ])('is refused: %j', async (body, problem) => {
    expect(problemOf(await gpt.addAction({ openapi: documentOf(), ...body }))).toBe(problem);
  });

  it('may contain values of connections', async () => {
    const auth = {
      type: 'oauth',
      authorization_url: 'https://auth.example.com/authorize',
      token_url: 'https://auth.example.com/token',
      client_id: 'client',
      client_secret: 'canary-client-secret',
      connection_values: [{ name: 'base', from: 'token', pointer: '/base', pattern: '[a-z]+' }],
    };
    const server_variables = { base: '{connection.base}' };
    const action = await add({ server_url: TEMPLATE, server_variables, auth });
    expect(action).toMatchObject({ server_variables, server_url: expect.stringMatching(/connection\.base/) });
  });
});

describe('the server of a document that is checked or imported', () => {
  const check = (body: object) => tenant.admin.post('/v1/openapi/check', { openapi: documentOf(), ...body });

  it.each([
    ['small', {}],
    ['large', { 'x-filler': 'x'.repeat(100_000) }],
  ])('can be chosen for a check: %s', async (_, filler) => {
    const openapi = documentOf(filler);
    const { status, body } = await check({ openapi, server_url: TEMPLATE, server_variables: { base: 'v2' } });
    expect([status, body.usable, body.server_url, body.domain]).toEqual([200, true, `${second.url}/v2`, second.domain]);
    expect((await check({ openapi })).body.server_url).toBe(first.url);
    expect(problemOf(await check({ openapi, server_url: 'https://other.example.com' }))).toBe(
      '400 invalid_request /server_url',
    );
    expect(problemOf(await check({ openapi, server_url: TEMPLATE, server_variables: { port: '1' } }))).toBe(
      '400 invalid_request /server_variables/port',
    );
    expect(problemOf(await check({ openapi, server_url: 5 }))).toBe('400 invalid_request /server_url');
  });

  it('can be chosen for an action of another platform', async () => {
    first.respondWith(({ path }) => ({ body: path === '/openapi.json' ? documentOf() : { ok: true } }));
    const manifest = {
      schema_version: 'v1',
      name_for_model: 'notes',
      name_for_human: 'Notes',
      description_for_model: 'Notes',
      description_for_human: 'Notes',
      auth: { type: 'none' },
      api: { type: 'openapi', url: `${first.url}/openapi.json` },
    };
    const send = (body: object) => tenant.admin.post(`${gpt.path}/imports`, { manifest, ...body });
    expect(problemOf(await send({ server_url: 'https://other.example.com' }))).toBe('400 invalid_request /server_url');
    const { status, body } = await send({ server_url: TEMPLATE, server_variables: { base: 'v3' } });
    expect([status, body.action?.server_url]).toEqual([201, `${second.url}/v3`]);
    await gpt.call('listNotes');
    expect(requestsOf(second)).toEqual(['/v3/notes']);
  });
});

describe('a change of the server', () => {
  it('takes effect for the next call and for the operations that the server allows', async () => {
    const paths = {
      ...NOTES_PATHS,
      '/own': { servers: [{ url: second.url }], get: { operationId: 'own', responses: {} } },
    };
    const { path, operations } = await add({ openapi: documentOf({ paths }) });
    expect((await gpt.call('listNotes')).status).toBe(200);
    const { status, body } = await tenant.admin.patch(path, { server_url: `${second.url}/v1/` });
    expect([status, body.server_url, body.domain]).toEqual([200, `${second.url}/v1`, second.domain]);
    expect(body.operations).toHaveLength(operations.length + 1);
    await gpt.call('listNotes');
    await gpt.call('own');
    expect([requestsOf(first), requestsOf(second)]).toEqual([['/notes'], ['/v1/notes', '/own']]);
  });

  it('keeps the original text of the document', async () => {
    const openapi = JSON.stringify(documentOf(), null, 3);
    const { path } = await add({ openapi });
    expect((await tenant.admin.patch(path, { server_url: TEMPLATE })).body.openapi_format).toBe('json');
    expect((await tenant.admin.get(`${path}/openapi`)).body).toEqual(documentOf());
    expect((await tenant.admin.get(`${path}/openapi/source`)).text).toBe(openapi);
  });

  it('requires the secrets again', async () => {
    const { path } = await add({ auth: API_KEY });
    expect(problemOf(await tenant.admin.patch(path, { server_url: TEMPLATE }))).toBe(
      '409 secrets_required /auth/api_key',
    );
    const auth = { ...API_KEY, api_key: 'the-new-key' };
    expect((await tenant.admin.patch(path, { server_url: TEMPLATE, auth })).status).toBe(200);
    await gpt.call('listNotes');
    expect([first, second].map(({ requests }) => requests.map(({ headers }) => headers['authorization']))).toEqual([
      [],
      ['Bearer the-new-key'],
    ]);
  });

  it('ends the connections', async () => {
    const auth = {
      type: 'oauth',
      authorization_url: 'https://auth.example.com/authorize',
      token_url: 'https://auth.example.com/token',
      client_id: 'client',
      client_secret: 'canary-client-secret',
    };
    const { id, path } = await add({ auth });
    const connection = { action_id: id, user: 'ann', access_token: 'canary-access-token' };
    expect((await tenant.admin.post('/v1/connections', connection)).status).toBe(201);
    const status = async () => (await tenant.admin.get(`/v1/connections?action_id=${id}`)).body.data[0].status;
    expect(await status()).toBe('active');
    expect((await tenant.admin.patch(path, { server_url: TEMPLATE, auth })).status).toBe(200);
    expect(await status()).toBe('revoked');
  });

  it('is refused if another action has the domain', async () => {
    const { path } = await add();
    await gpt.action(second.document({ '/other': { get: { operationId: 'other', responses: {} } } }));
    expect(problemOf(await tenant.admin.patch(path, { server_url: TEMPLATE }))).toBe('409 duplicate_domain');
  });

  it('starts with the defaults of its variables, and null returns to the first server', async () => {
    const { path } = await add({ server_url: TEMPLATE, server_variables: { base: 'v2' } });
    const change = async (body: object) => {
      const { body: changed } = await tenant.admin.patch(path, body);
      return [changed.server_url, changed.server_variables];
    };
    const same = { server_url: `${second.url}/v2` };
    expect(await change(same)).toEqual([same.server_url, { base: 'v2' }]);
    expect(await change({ server_variables: { port: portOf(first) } })).toEqual([
      `${first.url}/v1`,
      { port: portOf(first) },
    ]);
    expect(await change({ server_url: TEMPLATE })).toEqual([`${second.url}/v1`, {}]);
    expect(await change({ server_url: null })).toEqual([first.url, {}]);
  });
});

describe('a new document', () => {
  it('keeps the chosen server', async () => {
    const { path } = await add({ server_url: TEMPLATE, server_variables: { base: 'v2' }, auth: API_KEY });
    const { status, body } = await tenant.admin.patch(path, {
      openapi: documentOf({ info: { title: 'New', version: '2' } }),
    });
    expect([status, body.title, body.server_url]).toEqual([200, 'New', `${second.url}/v2`]);
  });

  it('is refused without the chosen server, unless another one is chosen', async () => {
    const { path } = await add({ server_url: TEMPLATE });
    const openapi = first.document(NOTES_PATHS);
    expect(problemOf(await tenant.admin.patch(path, { openapi }))).toBe('400 invalid_request /server_url');
    const { body } = await tenant.admin.patch(path, { openapi, server_url: null });
    expect(body.server_url).toBe(first.url);
  });
});
