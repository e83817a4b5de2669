import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../src/common/index.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let replica: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await TestApp.start();
  replica = await TestApp.start({ replicaOf: app });
  tenant = await app.tenant();
});

afterAll(async () => {
  await replica.stop();
  await app.stop();
});

interface MadeKey {
  id: string;
  client: Client;
}

async function makeKey(fields: object = {}): Promise<MadeKey> {
  const { body } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'a key', ...fields });
  return { id: body.id, client: new Client(app.url, body.key) };
}

describe('creating a key', () => {
  it('returns the key once; later only its name and when it was created, expires and was last used', async () => {
    const { status, body } = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'chat' });
    expect(status).toBe(201);
    const { key, ...shown } = body;
    expect(key).toMatch(new RegExp(`^cs_runtime_${body.id}_[a-z0-9]{60}$`));
    const listed = (await tenant.admin.get('/v1/keys?limit=200')).body.data;
    expect(listed).toContainEqual(shown);
    expect(shown).toEqual({
      id: expect.stringMatching(/^key-[a-z0-9]{26}$/),
      role: 'runtime',
      name: 'chat',
      gpt_ids: null,
      operation_ids: null,
      replaced_by: null,
      created_at: expect.any(String),
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    });
    const secret = key.split('_').at(-1).slice(0, -8);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(await app.database.dump()).not.toContain(secret);
  });

  it.each([
    [{ name: 'x' }, '/role'],
    [{ role: 'operator', name: 'x' }, '/role'],
    [{ role: 'admin' }, '/name'],
    [{ role: 'admin', name: '' }, '/name'],
    [{ role: 'admin', name: 'x', expires_at: 'tomorrow' }, '/expires_at'],
    [{ role: 'admin', name: 'x', expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    // The year 10000, which databases and formats do not support.
    [{ role: 'admin', name: 'x', expires_at: '9999-12-31T23:59:59-23:00' }, '/expires_at'],
    [{ role: 'admin', name: 'x', tenant_id: 't-other' }, '/tenant_id'],
    [{ role: 'admin', name: 'x', key: 'mine' }, '/key'],
  ])('rejects the body %j', async (body, pointer) => {
    expect(problemOf(await tenant.admin.post('/v1/keys', body))).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('authenticating with a key', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('accepts "Authorization: %s"', async (scheme) => {
    const headers = { authorization: `${scheme} ${tenant.admin.key}` };
    expect((await app.anonymous.send('GET', '/v1/gpts', undefined, headers)).status).toBe(200);
  });

  it.each([
    ['as a Basic password', () => ({ authorization: `Basic ${btoa(`x:${tenant.admin.key}`)}` })],
    ['without a scheme', () => ({ authorization: tenant.admin.key ?? '' })],
    ['as a cookie', () => ({ cookie: `key=${tenant.admin.key}` })],
    ['with trailing text', () => ({ authorization: `Bearer ${tenant.admin.key} x` })],
    ['in upper case', () => ({ 'x-api-key': tenant.admin.key?.toUpperCase() ?? '' })],
    ['twice in one header', () => ({ 'x-api-key': `${tenant.admin.key}, ${tenant.admin.key}` })],
    ['if it is truncated', () => ({ 'x-api-key': tenant.admin.key?.slice(0, -1) ?? '' })],
    ['with 8 KB of garbage', () => ({ 'x-api-key': 'x'.repeat(8000) })],
  ])('rejects a key %s', async (_, headers) => {
    const refused = await app.anonymous.send('GET', '/v1/gpts', undefined, headers());
    expect(problemOf(refused)).toBe('401 unauthenticated');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('rejects a key in the query', async () => {
    expect(problemOf(await app.anonymous.get(`/v1/gpts?api_key=${tenant.admin.key}`))).toBe('401 unauthenticated');
  });

  it('rejects a key with a forged role, even if its checksum is correct', async () => {
    const { id } = await makeKey({ role: 'runtime' });
    const forged = mintKey('admin', id).key;
    expect(problemOf(await new Client(app.url, forged).get('/v1/gpts'))).toBe('401 unauthenticated');
  });

  it('responds identically to an unknown key and to a wrong secret', async () => {
    const { id } = await makeKey();
    const [unknown, wrong] = await Promise.all(
      [newId('key'), id].map((keyId) => new Client(app.url, mintKey('admin', keyId).key).get('/v1/gpts')),
    );
    expect(withoutRequestId(unknown?.body)).toEqual(withoutRequestId(wrong?.body));
  });

  it('records the last use of the key', async () => {
    const { id, client } = await makeKey();
    await client.get('/v1/gpts');
    const key = await eventually(
      async () => (await tenant.admin.get('/v1/keys?limit=200')).body.data.find((row: { id: string }) => row.id === id),
      ({ last_used_at }) => last_used_at !== null,
    );
    expect(Date.parse(key.last_used_at)).toBeGreaterThanOrEqual(Date.parse(key.created_at));
  });
});

describe('a key that expires or is revoked', () => {
  it('is rejected after its expiry', async () => {
    const { client } = await makeKey({ expires_at: new Date(app.clock.now().getTime() + 60_000).toISOString() });
    expect((await client.get('/v1/gpts')).status).toBe(200);
    app.clock.advance({ seconds: 61 });
    expect(problemOf(await client.get('/v1/gpts'))).toBe('401 unauthenticated');
  });

  it('can be rotated to a key that expires later', async () => {
    const { id } = await makeKey({ expires_at: '9999-12-31T23:59:59Z' });
    app.clock.advance({ seconds: 61 });
    const { status, body } = await tenant.admin.post(`/v1/keys/${id}/rotate`, { overlap_seconds: 60 });
    expect([status, body.expires_at]).toEqual([201, '9999-12-31T23:59:59.999Z']);
    expect((await new Client(app.url, body.key).get('/v1/gpts')).status).toBe(200);
  });

  it('is rejected immediately after its revocation, and soon on every other replica', async () => {
    const { id, client } = await makeKey();
    const elsewhere = new Client(replica.url, client.key);
    expect([await client.get('/v1/gpts'), await elsewhere.get('/v1/gpts')].map(({ status }) => status)).toEqual([
      200, 200,
    ]);
    expect((await tenant.admin.delete(`/v1/keys/${id}`)).status).toBe(204);
    expect(problemOf(await client.get('/v1/gpts'))).toBe('401 unauthenticated');
    const refused = await eventually(
      () => elsewhere.get('/v1/gpts'),
      ({ status }) => status !== 200,
      5_000,
    );
    expect(problemOf(refused)).toBe('401 unauthenticated');
  });

  it('can revoke itself', async () => {
    const { id, client } = await makeKey();
    expect((await client.delete(`/v1/keys/${id}`)).status).toBe(204);
    expect((await client.get('/v1/gpts')).status).toBe(401);
  });

  it('remains in the list, and a second revocation changes nothing', async () => {
    const { id } = await makeKey();
    await tenant.admin.delete(`/v1/keys/${id}`);
    const row = async () =>
      (await tenant.admin.get('/v1/keys?limit=200')).body.data.find((key: { id: string }) => key.id === id);
    const first = await row();
    expect(first.revoked_at).not.toBeNull();
    app.clock.advance({ seconds: 5 });
    expect((await tenant.admin.delete(`/v1/keys/${id}`)).status).toBe(204);
    expect(await row()).toEqual(first);
  });

  it('cannot be revoked by another tenant', async () => {
    const other = await app.tenant('Other');
    const { id, client } = await makeKey();
    expect(problemOf(await other.admin.delete(`/v1/keys/${id}`))).toBe('404 not_found');
    expect((await client.get('/v1/gpts')).status).toBe(200);
  });

  it('is recorded in the audit log with its actor', async () => {
    const { id } = await makeKey();
    await tenant.admin.delete(`/v1/keys/${id}`);
    const { body } = await tenant.admin.get(`/v1/audit-events?target_id=${id}`);
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual(['key.created', 'key.revoked']);
    expect(body.data[1].actor).toMatchObject({ kind: 'key', role: 'admin', address: '127.0.0.1' });
  });
});

describe('the last admin key of a tenant', () => {
  let owner: TestTenant;
  let ownId: string;

  beforeEach(async () => {
    owner = await app.tenant();
    ownId = (await owner.admin.get('/v1/console-session')).body.key_id;
  });

  const addAdminKey = async (fields: object = {}): Promise<string> =>
    (await owner.admin.post('/v1/keys', { role: 'admin', name: 'another', ...fields })).body.id;

  it('is revoked only with force=true', async () => {
    expect(problemOf(await owner.admin.delete(`/v1/keys/${ownId}`))).toBe('409 last_admin_key');
    expect(problemOf(await owner.admin.delete(`/v1/keys/${ownId}?force=false`))).toBe('409 last_admin_key');
    expect(problemOf(await owner.admin.delete(`/v1/keys/${ownId}?force=yes`))).toBe('400 invalid_request /force');
    expect((await owner.admin.delete(`/v1/keys/${ownId}?force=true`)).status).toBe(204);
    expect((await owner.admin.get('/v1/gpts')).status).toBe(401);
  });

  it('is one that works: expired, revoked and runtime keys do not count', async () => {
    await addAdminKey({ expires_at: app.clock.in(60_000).toISOString() });
    expect((await owner.admin.delete(`/v1/keys/${await addAdminKey()}`)).status).toBe(204);
    app.clock.advance({ seconds: 61 });
    expect(problemOf(await owner.admin.delete(`/v1/keys/${ownId}`))).toBe('409 last_admin_key');
  });

  it('may be revoked if it has expired', async () => {
    const expired = await addAdminKey({ expires_at: app.clock.in(60_000).toISOString() });
    app.clock.advance({ seconds: 61 });
    expect((await owner.admin.delete(`/v1/keys/${expired}`)).status).toBe(204);
  });

  it('does not prevent the revocation of others', async () => {
    const { body } = await owner.admin.get('/v1/keys');
    const runtime = body.data.find(({ role }: { role: string }) => role === 'runtime');
    for (const id of [runtime.id, await addAdminKey()]) {
      expect((await owner.admin.delete(`/v1/keys/${id}`)).status).toBe(204);
    }
  });

  it('remains if the last two are revoked concurrently, by each other, on two replicas', async () => {
    const { body: second } = await owner.admin.post('/v1/keys', { role: 'admin', name: 'second' });
    const answers = await Promise.all([
      owner.admin.delete(`/v1/keys/${second.id}`),
      new Client(replica.url, second.key).delete(`/v1/keys/${ownId}`),
    ]);
    // The one that comes second is refused, or its own key has been revoked before it was authenticated.
    const refused = answers.filter(({ status }) => status !== 204).map(problemOf);
    expect(refused).toEqual([expect.stringMatching(/^(409 last_admin_key|401 unauthenticated)$/)]);
    const clients = [owner.admin, new Client(app.url, second.key)];
    // A replica may still remember the key that the other one has revoked.
    await eventually(
      () => Promise.all(clients.map(async (client) => (await client.get('/v1/gpts')).status)),
      (statuses) => statuses.toSorted().join() === '200,401',
      30_000,
    );
  });

  it('can be replaced by the operator, also after it was revoked', async () => {
    await owner.admin.delete(`/v1/keys/${ownId}?force=true`);
    const path = `/v1/tenants/${owner.id}/keys`;
    const { status, body } = await app.operator.post(path, { role: 'admin', name: 'replacement' });
    expect([status, body.role, body.name]).toEqual([201, 'admin', 'replacement']);
    const admin = new Client(app.url, body.key);
    const { data } = (await admin.get(`/v1/audit-events?target_id=${body.id}`)).body;
    expect(data).toMatchObject([
      { type: 'key.created', actor: { role: 'operator' }, details: { role: 'admin', name: 'replacement' } },
    ]);
    expect(await app.database.dump()).not.toContain(body.key.split('_').at(-1).slice(0, -8));
  });
});

describe('creating a key for a tenant', () => {
  it.each([
    [{ role: 'runtime', name: 'x' }, '/role'],
    [{ role: 'admin' }, '/name'],
    [{ role: 'admin', name: 'x', gpt_ids: ['g-1'] }, '/gpt_ids'],
  ])('rejects the body %j', async (body, pointer) => {
    const refused = await app.operator.post(`/v1/tenants/${tenant.id}/keys`, body);
    expect(problemOf(refused)).toBe(`400 invalid_request ${pointer}`);
  });

  it('is not found for an unknown tenant, and forbidden to admins', async () => {
    const body = { role: 'admin', name: 'x' };
    expect(problemOf(await app.operator.post(`/v1/tenants/${newId('t')}/keys`, body))).toBe('404 not_found');
    expect(problemOf(await tenant.admin.post(`/v1/tenants/${tenant.id}/keys`, body))).toBe('403 forbidden');
  });
});

function withoutRequestId(problem: object): object {
  return { ...problem, request_id: undefined };
}
