import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/index.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { Client, type ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import { TestGpt, type TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

async function scopedTo(...gpts: TestGpt[]): Promise<{ id: string; client: Client }> {
  const fields = { role: 'runtime', name: 'one GPT', gpt_ids: gpts.map(({ id }) => id) };
  const { status, body } = await tenant.admin.post('/v1/keys', fields);
  expect([status, body.gpt_ids]).toEqual([201, fields.gpt_ids]);
  return { id: body.id, client: new Client(app.url, body.key) };
}

/** A GPT with a connected user. */
async function withUser(user: string) {
  const gpt = await tenant.gpt();
  const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
  const attempt = await new EndUser(gpt, user).signsIn();
  const connection = await new EndUser(gpt, user).connection();
  return { gpt, action, signInId: attempt.offer.id, connectionId: connection.id as string };
}

const same = ({ status, body }: ApiResponse) => ({ status, body: { ...body, request_id: 'any' } });

describe('a key for one GPT', () => {
  it('can do everything with that GPT that a runtime key can do', async () => {
    const { gpt, action, signInId, connectionId } = await withUser('alice');
    const { client } = await scopedTo(gpt);
    const own = new TestGpt(gpt.id, { ...tenant, runtime: client } as TestTenant);
    expect((await own.call('listNotes', { user: 'alice' })).body.outcome).toBe('completed');
    const paths = [`${gpt.path}/tools`, `${gpt.path}/actions`, `${gpt.path}/actions/${action.id}/auth`];
    paths.push(`/v1/sign-ins/${signInId}`, `/v1/connections/${connectionId}`, '/v1/providers');
    for (const path of paths) expect([path, (await client.get(path)).status]).toEqual([path, 200]);
    const connections = (await client.get('/v1/connections')).body.data;
    expect(connections.map(({ id }: { id: string }) => id)).toEqual([connectionId]);
    const ended = (await client.post('/v1/connections/revoke', { gpt_id: gpt.id, user: 'alice' })).body;
    expect(ended.revoked).toBe(1);
    expect((await client.get(`/v1/connections/revocations/${ended.revocation_id}`)).status).toBe(200);
    expect((await client.get('/v1/connections/revocations')).body.data).toHaveLength(1);
  });

  it('treats other GPTs as unknown, and changes nothing of them', async () => {
    const { gpt } = await withUser('alice');
    const other = await withUser('bob');
    const { client } = await scopedTo(gpt);
    const revoked = await withUser('carol');
    const { revocation_id } = (await tenant.runtime.post('/v1/connections/revoke', { gpt_id: revoked.gpt.id })).body;
    const ids = {
      gpt: other.gpt.id,
      action: other.action.id,
      signIn: other.signInId,
      connection: other.connectionId,
      revocation: revocation_id as string,
    };
    const nowhere = {
      gpt: newId('g'),
      action: newId('act'),
      signIn: newId('si'),
      connection: newId('conn'),
      revocation: newId('rev'),
    };
    const asked: [string, string, (of: typeof ids) => string, object?][] = [
      ['GET', 'tools', ({ gpt: id }) => `/v1/gpts/${id}/tools`],
      ['GET', 'actions', ({ gpt: id }) => `/v1/gpts/${id}/actions`],
      ['GET', 'an action', ({ gpt: id, action }) => `/v1/gpts/${id}/actions/${action}`],
      ['GET', 'a schema', ({ gpt: id, action }) => `/v1/gpts/${id}/actions/${action}/auth`],
      ['POST', 'a call', ({ gpt: id }) => `/v1/gpts/${id}/call`, { operation_id: 'listNotes', user: 'bob' }],
      ['GET', 'a sign-in', ({ signIn }) => `/v1/sign-ins/${signIn}`],
      ['POST', 'a verification', ({ signIn }) => `/v1/sign-ins/${signIn}/verify`, { user: 'bob', browser_token: 'x' }],
      ['GET', 'a connection', ({ connection }) => `/v1/connections/${connection}`],
      ['DELETE', 'a connection', ({ connection }) => `/v1/connections/${connection}`],
      ['GET', 'a revocation', ({ revocation }) => `/v1/connections/revocations/${revocation}`],
    ];
    for (const [method, what, path, body] of asked) {
      const [theirs, none] = [
        await client.send(method, path(ids), body),
        await client.send(method, path(nowhere), body),
      ];
      expect([what, theirs.status]).toEqual([what, 404]);
      expect([what, same(theirs)]).toEqual([what, same(none)]);
    }
    for (const query of [`gpt_id=${ids.gpt}`, `action_id=${ids.action}`, 'user=bob']) {
      expect((await client.get(`/v1/connections?${query}`)).body).toEqual({ data: [], next_cursor: null });
    }
    expect((await client.post('/v1/connections/revoke', { gpt_id: ids.gpt })).body).toEqual({
      revoked: 0,
      revocation_id: null,
    });
    expect(problemOf(await client.post('/v1/connections/revoke', { user: 'bob' }))).toBe('400 invalid_request /gpt_id');
    expect(problemOf(await client.post('/v1/connections/revoke', { all: true }))).toBe('403 forbidden');
    expect((await client.get('/v1/connections/revocations')).body.data).toEqual([]);
    expect((await new EndUser(other.gpt, 'bob').connection()).status).toBe('active');
  });

  it('does not cover more GPTs after its GPT was deleted', async () => {
    const [gpt, other] = [await tenant.gpt(), await tenant.gpt()];
    const { client } = await scopedTo(gpt);
    await tenant.admin.delete(gpt.path);
    for (const each of [gpt, other]) expect(problemOf(await client.get(`${each.path}/tools`))).toBe('404 not_found');
    expect((await client.get('/v1/connections')).body.data).toEqual([]);
  });

  it.each<[string, () => Promise<object> | object, string]>([
    ['an admin key', async () => ({ role: 'admin', gpt_ids: [(await tenant.gpt()).id] }), '/gpt_ids'],
    ['no GPT', () => ({ role: 'runtime', gpt_ids: [] }), '/gpt_ids'],
    ['a value that is not an id', () => ({ role: 'runtime', gpt_ids: [7] }), '/gpt_ids'],
    ['an unknown GPT', async () => ({ role: 'runtime', gpt_ids: [(await tenant.gpt()).id, newId('g')] }), '/gpt_ids/1'],
    [
      "another tenant's",
      async () => ({ role: 'runtime', gpt_ids: [(await (await app.tenant()).gpt()).id] }),
      '/gpt_ids/0',
    ],
  ])('is not created for %s', async (_, fields, pointer) => {
    const answer = await tenant.admin.post('/v1/keys', { name: 'x', ...(await fields()) });
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('a key for some operations', () => {
  const restricted = async (operation_ids: string[]) => {
    const { status, body } = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'x', operation_ids });
    expect([status, body.operation_ids]).toEqual([201, operation_ids]);
    return body;
  };
  const namesOf = async (client: Client, gpt: TestGpt) =>
    (await client.get(`${gpt.path}/tools?format=mcp`)).body.data.map(({ name }: { name: string }) => name);

  it('sees and calls these only; all others answer as if they did not exist', async () => {
    const [gpt, other] = [await tenant.gpt(), await tenant.gpt()];
    const action = await gpt.action(api.document(NOTES_PATHS));
    await other.action(api.document(NOTES_PATHS));
    const { key, gpt_ids } = await restricted([`${action.id}/listNotes`, `${action.id}/getNote`]);
    expect(gpt_ids).toEqual([gpt.id]);
    const client = new Client(app.url, key);
    expect(await namesOf(tenant.runtime, gpt)).toContain('createNote');
    expect(await namesOf(client, gpt)).toEqual(['listNotes', 'getNote']);
    expect(await namesOf(tenant.runtime, gpt)).toContain('createNote');
    const call = (of: TestGpt, body: object) => client.post(`${of.path}/call`, body);
    expect((await call(gpt, { operation_id: 'listNotes' })).body.outcome).toBe('completed');
    const unknown = await call(gpt, { operation_id: 'createNot' });
    for (const more of [{}, { action_id: action.id }]) {
      const hidden = await call(gpt, { operation_id: 'createNote', ...more });
      expect({ ...same(hidden).body, detail: '' }).toEqual({ ...same(unknown).body, detail: '' });
      expect(problemOf(hidden)).toBe('404 operation_not_found');
    }
    expect(problemOf(await call(other, { operation_id: 'listNotes' }))).toBe('404 not_found');
  });

  it('calls an operation by its id although an action that it must not use has it too', async () => {
    const gpt = await tenant.gpt();
    const second = await Upstream.start();
    try {
      await gpt.action(api.document(NOTES_PATHS));
      const action = await gpt.action(second.document(NOTES_PATHS));
      const client = new Client(app.url, (await restricted([`${action.id}/listNotes`])).key);
      const answer = await client.post(`${gpt.path}/call`, { operation_id: 'listNotes' });
      expect(answer.body.outcome).toBe('completed');
      expect(second.requests).toHaveLength(1);
    } finally {
      await second.stop();
    }
  });

  it('starts sign-ins for the actions of these operations only', async () => {
    const gpt = await tenant.gpt();
    const second = await Upstream.start();
    try {
      const own = await gpt.action(api.document(NOTES_PATHS), provider.schema());
      const other = await gpt.action(second.document(NOTES_PATHS), provider.schema());
      const client = new Client(app.url, (await restricted([`${own.id}/listNotes`])).key);
      const starts = (action_id: string) => client.post('/v1/sign-ins', { gpt_id: gpt.id, action_id, user: 'alice' });
      expect((await starts(own.id)).status).toBe(201);
      expect(same(await starts(other.id))).toEqual(same(await starts(newId('act'))));
    } finally {
      await second.stop();
    }
  });

  it('still names the operation after a policy has renamed it, and does not call it once it is disabled', async () => {
    const gpt = await tenant.gpt();
    const action = await gpt.action(api.document(NOTES_PATHS));
    const client = new Client(app.url, (await restricted([`${action.id}/listNotes`])).key);
    const policy = `${gpt.path}/actions/${action.id}/policy`;
    await tenant.admin.put(policy, { operations: { listNotes: { name: 'search' } } });
    expect(await namesOf(client, gpt)).toEqual(['search']);
    await tenant.admin.put(policy, { operations: { listNotes: { enabled: false } } });
    expect(await namesOf(client, gpt)).toEqual([]);
    const answer = await client.post(`${gpt.path}/call`, { operation_id: 'listNotes' });
    expect(problemOf(answer)).toBe('404 operation_not_found');
  });

  it('keeps its operations when it is rotated, and covers no others after its action was deleted', async () => {
    const gpt = await tenant.gpt();
    const action = await gpt.action(api.document(NOTES_PATHS));
    const old = await restricted([`${action.id}/listNotes`]);
    const { body } = await tenant.admin.post(`/v1/keys/${old.id}/rotate`, {});
    expect(body.operation_ids).toEqual([`${action.id}/listNotes`]);
    const { data } = (await tenant.admin.get('/v1/audit-events?type=key.created&order=desc')).body;
    expect(data[0].details).toMatchObject({ operation_ids: [`${action.id}/listNotes`], gpt_ids: [gpt.id] });
    await tenant.admin.delete(`${gpt.path}/actions/${action.id}`);
    await gpt.action(api.document(NOTES_PATHS));
    expect(await namesOf(new Client(app.url, body.key), gpt)).toEqual([]);
  });

  it.each<[string, (action: { id: string; gpt_id: string }) => Promise<object> | object, string]>([
    ['an admin key', ({ id }) => ({ role: 'admin', operation_ids: [`${id}/listNotes`] }), '/operation_ids'],
    ['no operation', () => ({ operation_ids: [] }), '/operation_ids'],
    ['an unknown operation', ({ id }) => ({ operation_ids: [`${id}/listNotes`, `${id}/list`] }), '/operation_ids/1'],
    ['an operation in another case', ({ id }) => ({ operation_ids: [`${id}/LISTNOTES`] }), '/operation_ids/0'],
    ['an action', ({ id }) => ({ operation_ids: [id] }), '/operation_ids/0'],
    ['an unknown action', () => ({ operation_ids: [`${newId('act')}/listNotes`] }), '/operation_ids/0'],
    [
      'an operation of a GPT that it does not cover',
      async ({ id }) => ({ operation_ids: [`${id}/listNotes`], gpt_ids: [(await tenant.gpt()).id] }),
      '/operation_ids/0',
    ],
  ])('is not created for %s', async (_, fields, pointer) => {
    const gpt = await tenant.gpt();
    const action = await gpt.action(api.document(NOTES_PATHS));
    const body = { role: 'runtime', name: 'x', ...(await fields(action)) };
    expect(problemOf(await tenant.admin.post('/v1/keys', body))).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('the rotation of a key', () => {
  const made = async (fields: object = {}): Promise<ApiResponse['body']> =>
    (await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'chat', ...fields })).body;
  const works = async (key: string) => (await new Client(app.url, key).get('/v1/providers')).status;

  it('creates a key with the same role, name and GPTs, and both work until the overlap ends', async () => {
    const gpt = await tenant.gpt();
    const old = await made({ gpt_ids: [gpt.id] });
    const { status, body: fresh } = await tenant.admin.post(`/v1/keys/${old.id}/rotate`, { overlap_seconds: 600 });
    expect([status, fresh]).toEqual([
      201,
      expect.objectContaining({
        role: 'runtime',
        name: 'chat',
        gpt_ids: [gpt.id],
        expires_at: null,
        replaced_by: null,
      }),
    ]);
    expect(fresh.key).toMatch(/^cs_runtime_key-/);
    const listed = (await tenant.admin.get('/v1/keys?limit=200')).body.data;
    const replaced = listed.find(({ id }: { id: string }) => id === old.id);
    expect(replaced).toMatchObject({ replaced_by: fresh.id, revoked_at: null, expires_at: expect.any(String) });
    expect([await works(old.key), await works(fresh.key)]).toEqual([200, 200]);
    app.clock.advance({ seconds: 601 });
    await eventually(
      () => works(old.key),
      (seen) => seen === 401,
    );
    expect(await works(fresh.key)).toBe(200);
    const events = (await tenant.admin.get(`/v1/audit-events?target_id=${old.id}&type=key.rotated`)).body.data;
    expect(events).toMatchObject([{ details: { replaced_by: fresh.id } }]);
  });

  it('revokes the old key immediately without an overlap', async () => {
    const old = await made();
    const { body } = await tenant.admin.post(`/v1/keys/${old.id}/rotate`, { overlap_seconds: 0 });
    expect([await works(old.key), await works(body.key)]).toEqual([401, 200]);
  });

  it('keeps the expiry for the new key, and never extends that of the old key', async () => {
    const soon = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    const old = await made({ expires_at: soon });
    const { body } = await tenant.admin.post(`/v1/keys/${old.id}/rotate`, { overlap_seconds: 86_400 });
    const lifetime = Date.parse(body.expires_at) - Date.parse(body.created_at);
    expect(Math.round(lifetime / 60_000)).toBe(60);
    const listed = (await tenant.admin.get('/v1/keys?limit=200')).body.data;
    expect(listed.find(({ id }: { id: string }) => id === old.id).expires_at).toBe(soon);
  });

  it('succeeds once if it is requested concurrently', async () => {
    const old = await made();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => tenant.admin.post(`/v1/keys/${old.id}/rotate`, {})),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    const listed = (await tenant.admin.get('/v1/keys?limit=200')).body.data;
    const fresh = answers.find(({ status }) => status === 201)?.body.id;
    expect(listed.filter(({ replaced_by }: { replaced_by: string }) => replaced_by === fresh)).toHaveLength(1);
  });

  it('is rejected for a revoked key', async () => {
    const old = await made();
    await tenant.admin.delete(`/v1/keys/${old.id}`);
    expect(problemOf(await tenant.admin.post(`/v1/keys/${old.id}/rotate`, {}))).toBe('409 conflict');
  });

  it.each([
    [{ overlap_seconds: -1 }, '/overlap_seconds'],
    [{ overlap_seconds: 2_592_001 }, '/overlap_seconds'],
    [{ overlap_seconds: '600' }, '/overlap_seconds'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    [{ role: 'admin' }, '/role'],
  ])('is rejected with the body %j', async (body, pointer) => {
    const { id } = await made();
    expect(problemOf(await tenant.admin.post(`/v1/keys/${id}/rotate`, body))).toBe(`400 invalid_request ${pointer}`);
  });
});
