import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digest, mintKey, newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { ApiKey } from '../../src/tenants/api-key.entity.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { Statements } from '../support/statements.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let replica: TestApp;
let tenant: TestTenant;
let statements: Statements;

beforeAll(async () => {
  app = await TestApp.start();
  replica = await app.replica();
  tenant = await app.tenant();
  statements = await Statements.of(app);
});

afterAll(async () => {
  await replica.stop();
  await app.stop();
});

async function makeKey(): Promise<{ id: string; owner: Client }> {
  const { body } = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'x' });
  return { id: body.id, owner: new Client(app.url, body.key) };
}

/** What the database is asked about keys for a request; when they were used is noted in the background. */
async function lookups(client: Client): Promise<[status: number, asked: string[]]> {
  const { result, statements: heard } = await statements.during(() => client.get('/v1/providers?limit=1'));
  const asked = heard.map(({ sql }) => sql).filter((sql) => /FROM .api_keys/.test(sql));
  return [result.status, asked];
}

const guess = (id: string, role: 'runtime' | 'admin' | 'operator' = 'runtime') =>
  new Client(app.url, mintKey(role, id).key);

async function revoked(): Promise<string> {
  const { id, owner } = await makeKey();
  await owner.get('/v1/providers?limit=1');
  await tenant.admin.delete(`/v1/keys/${id}`);
  return id;
}

/** Its owner has just been let in, and is remembered. */
async function inUse(): Promise<string> {
  const { id, owner } = await makeKey();
  await owner.get('/v1/providers?limit=1');
  expect(await lookups(owner)).toEqual([200, []]);
  return id;
}

it.each<[string, () => Promise<string>]>([
  ['that nobody has used', async () => (await makeKey()).id],
  ['that is in use', inUse],
  ['that has ended', revoked],
])('the database is asked as much for a wrong secret of a key %s as for one that does not exist', async (_, idOf) => {
  const [known, unknown] = [await idOf(), newId('key')];
  for (const role of ['runtime', 'admin'] as const) {
    // Also when it is asked again: neither is remembered.
    for (const again of [1, 2, 3]) {
      const [there, nowhere] = [await lookups(guess(known, role)), await lookups(guess(unknown, role))];
      expect([again, there]).toEqual([again, nowhere]);
      expect(there).toEqual([401, [expect.stringContaining('api_keys')]]);
    }
  }
});

it('the database is asked as much for the same wrong secret of a key that exists as of one that does not', async () => {
  for (const id of [await inUse(), newId('key')]) {
    const again = guess(id);
    for (const _ of [1, 2]) expect(await lookups(again)).toEqual([401, [expect.any(String)]]);
  }
});

it('the database is never asked about keys of the operator', async () => {
  const ownId = /key-[a-z0-9]+/.exec(app.operator.key ?? '')?.[0] ?? '';
  for (const id of [ownId, newId('key')]) expect(await lookups(guess(id, 'operator'))).toEqual([401, []]);
});

it('guesses do not make a good key be looked up again', async () => {
  const { id, owner } = await makeKey();
  await owner.get('/v1/providers?limit=1');
  await Promise.all([id, newId('key'), id, newId('key')].map((each) => lookups(guess(each))));
  expect(await lookups(owner)).toEqual([200, []]);
});

it('a key works at once on every replica, also where its id was asked for before there was one', async () => {
  const id = newId('key');
  const { key, secret } = mintKey('runtime', id);
  const clients = [app, replica].map(({ url }) => new Client(url, key));
  for (const client of clients) expect((await client.get('/v1/providers?limit=1')).status).toBe(401);
  const none = { gptIds: null, replacedBy: null, expiresAt: null, revokedAt: null, lastUsedAt: null };
  const row = { ...none, id, role: 'runtime' as const, name: 'x', digest: digest(secret), createdAt: app.clock.now() };
  await app
    .get(Database)
    .tenant(tenant.id)
    .write((store) => store.insert(ApiKey, [row]));
  for (const client of clients) expect((await client.get('/v1/providers?limit=1')).status).toBe(200);
});
