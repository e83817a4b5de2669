import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Browser } from '../../examples/notes-provider/browser.js';
import { mintKey, newId, RouteList } from '../../src/common/index.js';
import { Limits } from '../../src/limits/index.js';
import { AccessGuard } from '../../src/tenants/access.guard.js';
import { FailedAuthentications } from '../../src/tenants/failed-authentications.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from '../../src/tenants/key.strategies.js';
import { ConsoleSessionStrategy } from '../../src/tenants/sessions/console-session.strategy.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { Client, type Answer } from '../support/client.js';
import { LAYOUTS, MetadataServer } from '../support/metadata-server.js';
import { connectMany } from '../support/many-connections.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let metadata: MetadataServer;
let stranger: TestTenant;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
  metadata = await MetadataServer.start();
  metadata.serves(LAYOUTS.oauth(''), { body: metadata.document() });
  stranger = await app.tenant('Stranger');
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop(), metadata.stop()]);
});

type Role = 'operator' | 'admin' | 'runtime';

interface Row {
  /** Whom the route lets in. */
  for: Role[];
  /** What it answers to them. */
  answers: number;
  body?: unknown;
  /** What it answers to the admin of another tenant: where that admin may come, of the other tenant's ids nothing is there. */
  stranger?: 200 | 201 | 204 | 403 | 404;
}

const OPERATOR: Role[] = ['operator'];
const ADMIN: Role[] = ['admin'];
const RUNTIME: Role[] = ['admin', 'runtime'];
const DOCUMENT = { openapi: '3.1.0', info: { title: 'B', version: '1' }, servers: [{ url: 'https://b.example.com' }] };
const CALL = { operation_id: 'listNotes', user: 'alice' };

/** Every route that asks who is calling. One that is missing here fails a test below. */
const ROWS: Record<string, Row> = {
  'POST /v1/tenants': { for: OPERATOR, answers: 201, body: { name: 'Another' }, stranger: 403 },
  'GET /v1/tenants': { for: OPERATOR, answers: 200, stranger: 403 },
  'GET /v1/tenants/{tenant_id}': { for: ['operator', 'admin'], answers: 200 },
  'PATCH /v1/tenants/{tenant_id}': { for: ['operator', 'admin'], answers: 200, body: { name: 'Changed' } },
  'DELETE /v1/tenants/{tenant_id}': { for: OPERATOR, answers: 204, stranger: 403 },
  'POST /v1/keys': { for: ADMIN, answers: 201, body: { role: 'admin', name: 'x' }, stranger: 201 },
  'GET /v1/keys': { for: ADMIN, answers: 200, stranger: 200 },
  'POST /v1/keys/{key_id}/rotate': { for: ADMIN, answers: 201, body: {} },
  'DELETE /v1/keys/{key_id}': { for: ADMIN, answers: 204 },
  'GET /v1/console-session': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'DELETE /v1/console-session': { for: ['operator', 'admin'], answers: 204, stranger: 204 },
  'GET /v1/audit-events': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'GET /v1/audit-events/export': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'POST /v1/vault/rotations': { for: OPERATOR, answers: 202, body: { scope: 'kek' }, stranger: 403 },
  'GET /v1/vault/rotations': { for: OPERATOR, answers: 200, stranger: 403 },
  'GET /v1/vault/rotations/{rotation_id}': { for: OPERATOR, answers: 200, stranger: 403 },
  'POST /v1/gpts': { for: ADMIN, answers: 201, body: { name: 'Another' }, stranger: 201 },
  'GET /v1/gpts': { for: ADMIN, answers: 200, stranger: 200 },
  'GET /v1/gpts/{gpt_id}': { for: ADMIN, answers: 200 },
  'PATCH /v1/gpts/{gpt_id}': { for: ADMIN, answers: 200, body: { name: 'Changed' } },
  'DELETE /v1/gpts/{gpt_id}': { for: ADMIN, answers: 204 },
  'POST /v1/gpts/{gpt_id}/actions': {
    for: ADMIN,
    answers: 201,
    body: { openapi: { ...DOCUMENT, paths: { '/x': { get: { responses: { 200: { description: '' } } } } } } },
  },
  'POST /v1/gpts/{gpt_id}/imports': {
    for: ADMIN,
    answers: 201,
    body: {
      auth: { type: 'none' },
      json_schema: { ...DOCUMENT, paths: { '/x': { get: { responses: { 200: { description: '' } } } } } },
    },
  },
  'GET /v1/gpts/{gpt_id}/actions': { for: RUNTIME, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}': { for: RUNTIME, answers: 200 },
  'PATCH /v1/gpts/{gpt_id}/actions/{action_id}': {
    for: ADMIN,
    answers: 200,
    body: { privacy_policy_url: 'https://b.example.com' },
  },
  'DELETE /v1/gpts/{gpt_id}/actions/{action_id}': { for: ADMIN, answers: 204 },
  'GET /v1/gpts/{gpt_id}/tools': { for: RUNTIME, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/openapi': { for: ADMIN, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/auth': { for: RUNTIME, answers: 200 },
  'PUT /v1/gpts/{gpt_id}/actions/{action_id}/auth': { for: ADMIN, answers: 200, body: { type: 'none' } },
  'POST /v1/gpts/{gpt_id}/actions/{action_id}/auth/check': { for: ADMIN, answers: 200 },
  'POST /v1/gpts/{gpt_id}/call': { for: RUNTIME, answers: 200, body: CALL },
  'GET /v1/sign-ins/{sign_in_id}': { for: RUNTIME, answers: 200 },
  'GET /v1/sign-ins/{sign_in_id}/trace': { for: ADMIN, answers: 200 },
  // It is not waiting to be verified.
  'POST /v1/sign-ins/{sign_in_id}/verify': {
    for: RUNTIME,
    answers: 409,
    body: { user: 'alice', browser_token: 'x' },
  },
  'GET /v1/providers': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/providers/{provider_id}': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/connections': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/connections/{connection_id}': { for: RUNTIME, answers: 200 },
  'GET /v1/connections/{connection_id}/trace': { for: ADMIN, answers: 200 },
  'DELETE /v1/connections/{connection_id}': { for: RUNTIME, answers: 204 },
  'GET /v1/connections/revocations': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/connections/revocations/{revocation_id}': { for: RUNTIME, answers: 200 },
  'POST /v1/connections/revoke': { for: RUNTIME, answers: 200, body: { user: 'alice' }, stranger: 200 },
  'POST /v1/openapi/check': { for: ADMIN, answers: 200, body: { openapi: DOCUMENT }, stranger: 200 },
  'POST /v1/oauth/discover': {
    for: ADMIN,
    answers: 200,
    get body() {
      return { issuer: metadata.url };
    },
    stranger: 200,
  },
};

/** The document itself, and the pages that show it; the console's files, which are the same for everyone. */
const FILES = /^GET \/(docs|console)/;

/** In paths, what is the same for every tenant. */
const SHARED: Record<string, string> = { provider_id: 'github' };

/** Open to everyone on purpose: who comes here is a probe, or a browser that carries a ticket or a state. */
const PUBLIC = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /signin/{ticket}',
  'POST /signin/{ticket}',
  'GET /signin/done/{sign_in_id}',
  'GET /aip/{callback_id}/oauth/callback',
  'POST /v1/console-session',
];

const ALL = [...Object.keys(ROWS), ...PUBLIC].toSorted();

it('has a row for every route of the running router, and no other', () => {
  const served = app
    .get(RouteList)
    .routes.filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(served.filter((route) => !FILES.test(route)).toSorted()).toEqual(ALL);
});

it('finds every route of the running router in the API document, and no other', async () => {
  const { paths } = (await app.anonymous.get('/docs-json')).body;
  const documented = Object.entries(paths as object).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(ALL);
});

describe.each(Object.entries(ROWS))('%s', (route, row) => {
  it('turns away who is not somebody, and whom it is not for, and changes nothing', async () => {
    const world = await newWorld();
    const before = await seenBy(world.tenant);
    for (const [who, client] of Object.entries(world.nobodies)) {
      expect([who, problemOf(await ask(client, route, row, world))]).toEqual([who, '401 unauthenticated']);
    }
    for (const role of (['operator', 'admin', 'runtime'] as const).filter((name) => !row.for.includes(name))) {
      const answer = await ask(world[role], route, row, world);
      expect([role, problemOf(answer)]).toEqual([role, '403 forbidden']);
    }
    expect(await seenBy(world.tenant)).toEqual(before);
  });

  it("answers to another tenant as if this one's ids did not exist, and changes nothing", async () => {
    const world = await newWorld();
    const before = await seenBy(world.tenant);
    const [theirs, nowhere] = [
      await ask(stranger.admin, route, row, world),
      await ask(stranger.admin, route, row, { ...world, ids: unknownIds(world.ids) }),
    ];
    expect(theirs.status).toBe(row.stranger ?? 404);
    expect(nowhere.status).toBe(row.stranger ?? 404);
    expect(refusalIn(theirs)).toEqual(refusalIn(nowhere));
    const { gpt_id, action_id, key_id, connection_id, revocation_id } = world.ids as Record<string, string>;
    for (const id of [world.tenant.id, gpt_id, action_id, key_id, connection_id, revocation_id]) {
      expect(JSON.stringify(theirs.body)).not.toContain(id);
    }
    expect(await seenBy(world.tenant)).toEqual(before);
  });

  it.each(row.for)('lets in the role %s', async (role) => {
    const world = await newWorld();
    const { status } = await ask(world[role], route, row, world);
    expect(status).toBe(row.answers);
  });
});

describe("another tenant's ids", () => {
  it.each([
    ['/v1/audit-events?target_id={action_id}'],
    ['/v1/connections?gpt_id={gpt_id}'],
    ['/v1/connections?action_id={action_id}'],
    ['/v1/connections?user=alice'],
  ])('find nothing in %s', async (template) => {
    const { ids } = await newWorld();
    const { status, body } = await ask(stranger.admin, `GET ${template}`, { for: ADMIN, answers: 200 }, { ids });
    expect([status, body]).toEqual([200, { data: [], next_cursor: null }]);
  });

  it("are not found below the caller's own GPT", async () => {
    const { ids } = await newWorld();
    const own = await stranger.gpt();
    const path = `${own.path}/actions/${ids['action_id']}`;
    const answers = await Promise.all([
      stranger.admin.get(path),
      stranger.admin.get(`${path}/openapi`),
      stranger.admin.put(`${path}/auth`, { type: 'none' }),
      stranger.admin.delete(path),
    ]);
    expect(answers.map(problemOf)).toEqual(Array(4).fill('404 not_found'));
    const call = await own.call('listNotes', { action_id: ids['action_id'], user: 'alice' });
    expect(problemOf(call)).toBe('404 operation_not_found');
  });

  it("are not revealed by another tenant's cursor", async () => {
    const [first, second] = [await app.tenant(), await app.tenant()];
    for (const { admin } of [first, second, first, second]) await admin.post('/v1/gpts', { name: 'x' });
    const { next_cursor } = (await first.admin.get('/v1/gpts?limit=1')).body;
    const own = (await second.admin.get('/v1/gpts')).body.data;
    const { data } = (await second.admin.get(`/v1/gpts?cursor=${next_cursor}`)).body;
    expect(own).toEqual(expect.arrayContaining(data));
  });
});

it('is closed where a route forgets to say whom it is for', async () => {
  const guard = new AccessGuard(
    new Reflector(),
    app.get(Limits),
    app.get(FailedAuthentications),
    app.get(HeaderKeyStrategy),
    app.get(BearerKeyStrategy),
    app.get(ConsoleSessionStrategy),
  );
  const forgotten = { getHandler: () => () => undefined, getClass: () => class {} } as unknown as ExecutionContext;
  await expect(guard.canActivate(forgotten)).rejects.toMatchObject({ code: 'forbidden' });
});

it('asks for a key on HEAD as on GET', async () => {
  expect((await fetch(`${app.url}/v1/gpts`, { method: 'HEAD' })).status).toBe(401);
});

/** A tenant with one of everything, and everybody who might come. */
interface World {
  tenant: TestTenant;
  operator: Client;
  admin: Client;
  runtime: Client;
  nobodies: Record<string, Client>;
  ids: Record<string, string>;
}

async function newWorld(): Promise<World> {
  const tenant = await app.tenant();
  const { admin, runtime } = tenant;
  const gpt = await tenant.gpt();
  const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
  const { id: sign_in_id, connection_id } = await signedIn(gpt, 'alice');
  await connectMany(app, gpt, action, 1);
  const { revocation_id } = (await runtime.post('/v1/connections/revoke', { user: 'user-0' })).body;
  const key = (await admin.post('/v1/keys', { role: 'runtime', name: 'to be ended' })).body;
  const rotation = (await app.operator.post('/v1/vault/rotations', { scope: 'kek' })).body;
  const ids = {
    tenant_id: tenant.id,
    rotation_id: rotation.id,
    gpt_id: gpt.id,
    action_id: action.id,
    sign_in_id,
    connection_id,
    revocation_id,
    key_id: key.id,
  };
  return { tenant, operator: app.operator, admin, runtime, nobodies: await nobodies(tenant), ids };
}

async function signedIn(gpt: TestGpt, user: string): Promise<Answer['body']> {
  const { sign_in } = (await gpt.call('listNotes', { user })).body;
  const browser = new Browser();
  await browser.get(sign_in.url);
  await browser.submit();
  return (await gpt.tenant.runtime.get(`/v1/sign-ins/${sign_in.id}`)).body;
}

async function nobodies({ admin, id }: TestTenant): Promise<Record<string, Client>> {
  const soon = new Date(app.clock.now().getTime() + 1000).toISOString();
  const expired = (await admin.post('/v1/keys', { role: 'admin', name: 'expired', expires_at: soon })).body;
  const revoked = (await admin.post('/v1/keys', { role: 'admin', name: 'revoked' })).body;
  await admin.delete(`/v1/keys/${revoked.id}`);
  app.clock.advance({ seconds: 2 });
  const as = (key?: string) => new Client(app.url, key);
  return {
    'without a key': as(),
    'with garbage': as('garbage'),
    'with an id for a key': as(id),
    'with a wrong checksum': as(`${admin.key?.slice(0, -8)}00000000`),
    'with a key that never was': as(mintKey('admin', newId('key')).key),
    'with an operator key that never was': as(mintKey('operator', newId('key')).key),
    'with an expired key': as(expired.key),
    'with a revoked key': as(revoked.key),
  };
}

function ask(client: Client, route: string, { body }: Row, { ids }: Pick<World, 'ids'>): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? SHARED[name] ?? `there is no ${name}`);
  return client.send(method, filled, body);
}

function unknownIds(ids: Record<string, string>): Record<string, string> {
  const prefixOf = (id: string) => id.slice(0, id.indexOf('-')) as 't';
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, newId(prefixOf(id))]));
}

/** Every byte of a refusal but the request's id; of an answer that is none, only that. */
function refusalIn({ status, headers, body }: Answer): unknown {
  if (status < 400) return 'none';
  const { request_id, ...rest } = body;
  const named = [...headers].filter(
    ([name]) => !['date', 'x-request-id', 'content-length', 'ratelimit'].includes(name),
  );
  return { status, headers: named, body: JSON.stringify(rest), requestId: typeof request_id };
}

/** All that the tenant's admin can see, apart from when things were used. */
async function seenBy({ id, admin }: TestTenant): Promise<string> {
  const gpts = (await admin.get('/v1/gpts')).body;
  const lists = [
    `/v1/tenants/${id}`,
    '/v1/keys',
    '/v1/connections',
    '/v1/connections/revocations',
    '/v1/audit-events?limit=200',
  ];
  const paths = [...lists, ...gpts.data.map((gpt: { id: string }) => `/v1/gpts/${gpt.id}/actions`)];
  const answers = await Promise.all(paths.map((path) => admin.get(path)));
  const seen = JSON.stringify([gpts, ...answers.map(({ body }) => body)]);
  return seen.replaceAll(/"last_used_at":("[^"]*"|null)/g, '"last_used_at":0');
}
