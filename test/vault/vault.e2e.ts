import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { Action } from '../../src/actions/action.entity.js';
import { Database } from '../../src/database/index.js';
import { Vault } from '../../src/vault/index.js';
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
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

beforeEach(async () => {
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  provider.behaviour = {};
  api.answers(() => ({ body: { ok: true } }));
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-api-key' };

it('lets no secret out into the database, the logs, the metrics or any answer, whether things go well or not', async () => {
  const basic = { type: 'api_key', auth_type: 'basic', username: 'me', password: 'canary-password' };
  const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
  const path = `${gpt.path}/actions/${id}`;
  const answers = [
    await gpt.call('listNotes'),
    await tenant.admin.put(`${path}/auth`, basic),
    await gpt.call('listNotes'),
  ];
  answers.push(await tenant.admin.put(`${path}/auth`, provider.schema()));
  answers.push(await tenant.admin.put(`${path}/auth`, { ...API_KEY, api_key: 'canary-refused\n' }));
  answers.push(await tenant.admin.patch(path, { auth: { ...basic, password: 'canary-refused', colour: 'red' } }));
  await signIn('alice');
  answers.push(await gpt.call('listNotes', { user: 'alice' }));
  provider.behaviour = {
    tokenAnswer: { status: 400, body: '{"error":"invalid_grant","error_description":"canary-description"}' },
  };
  await signIn('bob');
  provider.behaviour = { tokenAnswer: { status: 500, contentType: 'text/html', body: '<h1>canary-description</h1>' } };
  await signIn('carol');
  api.answers(() => ({ status: 401, headers: { 'content-encoding': 'gzip' }, body: 'rubbish' }));
  answers.push(await gpt.call('listNotes', { user: 'alice' }));
  const lists = ['/v1/connections', '/v1/audit-events?limit=200', `${gpt.path}/actions`, '/v1/keys', '/metrics'];
  answers.push(...(await Promise.all(lists.map((list) => tenant.admin.get(list)))));

  const canaries = ['canary-api-key', 'canary-password', 'canary-refused', tenant.admin.key ?? '', ...provider.secrets];
  canaries.push(Buffer.from('me:canary-password').toString('base64'));
  expect(provider.secrets.length).toBeGreaterThan(4);
  const places = {
    database: await app.database.dump(),
    logs: app.logLines.join(''),
    answers: JSON.stringify(answers.map(({ body }) => body)),
  };
  for (const [place, text] of Object.entries(places)) {
    expect([place, canaries.filter((canary) => text.includes(canary))]).toEqual([place, []]);
  }
});

describe('a stored secret', () => {
  it.each<[string, (sealed: string) => string]>([
    ['a bit of its header has flipped', (sealed) => flipped(sealed, 1)],
    ['a bit of its key id has flipped', (sealed) => flipped(sealed, 10)],
    ['a bit of its nonce has flipped', (sealed) => flipped(sealed, 40)],
    ['its last bit has flipped', (sealed) => flipped(sealed, -1)],
    ['its tag is cut to four bytes', (sealed) => Buffer.from(sealed, 'base64').subarray(0, -12).toString('base64')],
    ['its end is missing', (sealed) => sealed.slice(0, -8)],
    ['it is rubbish', () => 'rubbish'],
    ['it is empty', () => ''],
  ])('is not used where %s, and hurts nothing else', async (_, spoil) => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const other = await gpt.action(
      { ...api.document(NOTES_PATHS), servers: [{ url: 'https://b.example.com' }] },
      API_KEY,
    );
    await store(id, spoil(await sealedOf(id)));
    const received = api.requests.length;

    const call = await gpt.call('listNotes', { action_id: id });
    expect(problemOf(call)).toBe('503 credential_unavailable');
    expect(api.requests).toHaveLength(received);
    const list = await tenant.admin.get(`${gpt.path}/actions`);
    expect(list.status).toBe(200);
    expect(list.body.data).toHaveLength(2);
    expect(list.body.data).toContainEqual(other);
    expect((await tenant.runtime.get(`${gpt.path}/actions/${id}/auth`)).status).toBe(200);

    const healed = await tenant.admin.put(`${gpt.path}/actions/${id}/auth`, API_KEY);
    expect(healed.status).toBe(200);
    expect((await gpt.call('listNotes', { action_id: id })).body.outcome).toBe('completed');
  });

  it("does not open in another tenant's row, nor in another row of its own tenant", async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const sibling = await tenant.gpt();
    const stranger = await (await app.tenant()).gpt();
    for (const thief of [sibling, stranger]) {
      const theirs = await thief.action(api.document(NOTES_PATHS), { ...API_KEY, api_key: 'their-own-key' });
      await store(theirs.id, await sealedOf(id));
      expect(problemOf(await thief.call('listNotes'))).toBe('503 credential_unavailable');
    }
  });

  it('does not open any more, from no backup, once its tenant is deleted', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const context = { tenantId: tenant.id, table: 'actions', rowId: id, column: 'auth_secrets' };
    const kept = await sealedOf(id);
    expect(await app.get(Vault).unseal(context, kept)).toContain('canary-api-key');
    await app.operator.delete(`/v1/tenants/${tenant.id}`);
    await expect(app.get(Vault).unseal(context, kept)).rejects.toThrow('cannot be decrypted');
  });
});

it('makes one data key for a tenant whose first secrets come all at once', async () => {
  const domains = ['a', 'b', 'c', 'd', 'e'].map((name) => `https://${name}.example.com`);
  const added = await Promise.all(
    domains.map((url) =>
      gpt.addAction({ openapi: { ...api.document(NOTES_PATHS), servers: [{ url }] }, auth: API_KEY }),
    ),
  );
  expect(added.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  const rows: unknown[] = await app
    .get(Database)
    .read((manager) => manager.query(`SELECT id FROM data_keys WHERE tenant_id = '${tenant.id}'`));
  expect(rows).toHaveLength(1);
});

async function signIn(user: string): Promise<void> {
  const { sign_in } = (await gpt.call('listNotes', { user })).body;
  const browser = new Browser();
  await browser.get(sign_in.url);
  await browser.submit();
}

async function sealedOf(id: string): Promise<string> {
  const row = await app.get(Database).read((manager) => manager.findOneByOrFail(Action, { id }));
  return row.authSecrets ?? '';
}

async function store(id: string, authSecrets: string): Promise<void> {
  await app.get(Database).write((manager) => manager.update(Action, { id }, { authSecrets }));
}

function flipped(sealed: string, at: number): string {
  const bytes = Buffer.from(sealed, 'base64');
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  return bytes.toString('base64');
}
