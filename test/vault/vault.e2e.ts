import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { Action } from '../../src/actions/store/action.entity.js';
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
  provider.behavior = {};
  api.respondWith(() => ({ body: { ok: true } }));
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-api-key' };

it('leaks no secret into the database, the logs, the metrics or any response, on success or failure', async () => {
  const basic = { type: 'api_key', auth_type: 'basic', username: 'me', password: 'canary-password' };
  const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
  const path = `${gpt.path}/actions/${id}`;
  const answers = [
    await gpt.call('listNotes'),
    await tenant.admin.put(`${path}/auth`, basic),
    await gpt.call('listNotes'),
  ];
  answers.push(await tenant.admin.put(`${path}/auth`, provider.schema()));
  answers.push(await tenant.admin.put(`${path}/auth`, { ...API_KEY, api_key: 'canary-refused\n!' }));
  answers.push(await tenant.admin.patch(path, { auth: { ...basic, password: 'canary-refused', colour: 'red' } }));
  await signIn('alice');
  answers.push(await gpt.call('listNotes', { user: 'alice' }));
  provider.behavior = {
    tokenResponse: { status: 400, body: '{"error":"invalid_grant","error_description":"canary-description"}' },
  };
  await signIn('bob');
  provider.behavior = { tokenResponse: { status: 500, contentType: 'text/html', body: '<h1>canary-description</h1>' } };
  await signIn('carol');
  api.respondWith(() => ({ status: 401, headers: { 'content-encoding': 'gzip' }, body: 'rubbish' }));
  answers.push(await gpt.call('listNotes', { user: 'alice' }));
  const lists = ['/v1/connections', '/v1/audit-events?limit=200', `${gpt.path}/actions`, '/v1/keys', '/metrics'];
  answers.push(...(await Promise.all(lists.map((list) => tenant.admin.get(list)))));

  const canaries = ['canary-api-key', 'canary-password', 'canary-refused', tenant.admin.key ?? '', ...provider.secrets];
  canaries.push(Buffer.from('me:canary-password').toString('base64'));
  expect(provider.secrets.length).toBeGreaterThan(4);
  const texts = {
    database: await app.database.dump(),
    logs: app.logLines.join(''),
    answers: JSON.stringify(answers.map(({ body }) => body)),
  };
  for (const [source, text] of Object.entries(texts)) {
    expect([source, canaries.filter((canary) => text.includes(canary))]).toEqual([source, []]);
  }
});

describe('a sealed secret', () => {
  it.each<[string, (sealed: string) => string]>([
    ['a flipped bit in its header', (sealed) => flipped(sealed, 1)],
    ['a flipped bit in its key id', (sealed) => flipped(sealed, 10)],
    ['a flipped bit in its nonce', (sealed) => flipped(sealed, 40)],
    ['a flipped last bit', (sealed) => flipped(sealed, -1)],
    ['a tag of four bytes', (sealed) => Buffer.from(sealed, 'base64').subarray(0, -12).toString('base64')],
    ['a missing end', (sealed) => sealed.slice(0, -8)],
    ['invalid content', () => 'rubbish'],
    ['no content', () => ''],
  ])('with %s is not used, and affects nothing else', async (_, corrupt) => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const other = await gpt.action(
      { ...api.document(NOTES_PATHS), servers: [{ url: 'https://b.example.com' }] },
      API_KEY,
    );
    await store(id, corrupt(await sealedOf(id)));
    const received = api.requests.length;

    const call = await gpt.call('listNotes', { action_id: id });
    expect(problemOf(call)).toBe('503 credential_unavailable');
    expect(api.requests).toHaveLength(received);
    const list = await tenant.admin.get(`${gpt.path}/actions`);
    expect(list.status).toBe(200);
    expect(list.body.data).toHaveLength(2);
    expect(list.body.data).toContainEqual(other);
    expect((await tenant.runtime.get(`${gpt.path}/actions/${id}/auth`)).status).toBe(200);

    const replaced = await tenant.admin.put(`${gpt.path}/actions/${id}/auth`, API_KEY);
    expect(replaced.status).toBe(200);
    expect((await gpt.call('listNotes', { action_id: id })).body.outcome).toBe('completed');
  });

  it("cannot be unsealed in another tenant's row, nor in another row of its own tenant", async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const sibling = await tenant.gpt();
    const foreign = await (await app.tenant()).gpt();
    for (const target of [sibling, foreign]) {
      const theirs = await target.action(api.document(NOTES_PATHS), { ...API_KEY, api_key: 'their-own-key' });
      await store(theirs.id, await sealedOf(id));
      expect(problemOf(await target.call('listNotes'))).toBe('503 credential_unavailable');
    }
  });

  it('cannot be unsealed after its tenant was deleted, not even from a backup', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const context = { tenantId: tenant.id, table: 'actions', rowId: id, column: 'auth_secrets' };
    const backup = await sealedOf(id);
    expect(await app.get(Vault).unseal(context, backup)).toContain('canary-api-key');
    await app.operator.delete(`/v1/tenants/${tenant.id}`);
    await expect(app.get(Vault).unseal(context, backup)).rejects.toThrow('cannot be decrypted');
  });
});

it('creates one data key for a tenant whose first secrets are sealed concurrently', async () => {
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

/** Flips a bit of a byte; a negative position counts from the end. */
function flipped(sealed: string, position: number): string {
  const bytes = Buffer.from(sealed, 'base64');
  const offset = position < 0 ? bytes.length + position : position;
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  return bytes.toString('base64');
}
