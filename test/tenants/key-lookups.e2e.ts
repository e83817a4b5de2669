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

/** Returns the queries about keys that a request causes. The last use is updated in the background. */
async function lookups(client: Client): Promise<[status: number, asked: string[]]> {
  const { result, statements: recorded } = await statements.during(() => client.get('/v1/providers?limit=1'));
  const asked = recorded.map(({ sql }) => sql).filter((sql) => /FROM .api_keys/.test(sql));
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

/** Returns the id of a key that was used recently and is cached. */
async function inUse(): Promise<string> {
  const { id, owner } = await makeKey();
  await owner.get('/v1/providers?limit=1');
  expect(await lookups(owner)).toEqual([200, []]);
  return id;
}

it.each<[string, () => Promise<string>]>([
  ['that was never used', async () => (await makeKey()).id],
  ['that is cached', inUse],
  ['that was revoked', revoked],
])('a wrong secret causes the same queries for a key %s as for an unknown key', async (_, idOf) => {
  const [known, unknown] = [await idOf(), newId('key')];
  for (const role of ['runtime', 'admin'] as const) {
    // Repeated, because neither result is cached.
    for (const again of [1, 2, 3]) {
      const [there, nowhere] = [await lookups(guess(known, role)), await lookups(guess(unknown, role))];
      expect([again, there]).toEqual([again, nowhere]);
      expect(there).toEqual([401, [expect.stringContaining('api_keys')]]);
    }
  }
});

it('a repeated wrong secret causes the same queries for an existing key as for an unknown one', async () => {
  for (const id of [await inUse(), newId('key')]) {
    const again = guess(id);
    for (const _ of [1, 2]) expect(await lookups(again)).toEqual([401, [expect.any(String)]]);
  }
});

it('operator keys cause no queries', async () => {
  const ownId = /key-[a-z0-9]+/.exec(app.operator.key ?? '')?.[0] ?? '';
  for (const id of [ownId, newId('key')]) expect(await lookups(guess(id, 'operator'))).toEqual([401, []]);
});

it('wrong secrets do not remove a valid key from the cache', async () => {
  const { id, owner } = await makeKey();
  await owner.get('/v1/providers?limit=1');
  await Promise.all([id, newId('key'), id, newId('key')].map((each) => lookups(guess(each))));
  expect(await lookups(owner)).toEqual([200, []]);
});

it('a new key works immediately on every replica, even if its id was used before it existed', async () => {
  const id = newId('key');
  const { key, secret } = mintKey('runtime', id);
  const clients = [app, replica].map(({ url }) => new Client(url, key));
  for (const client of clients) expect((await client.get('/v1/providers?limit=1')).status).toBe(401);
  const none = {
    gptIds: null,
    operationIds: null,
    replacedBy: null,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
  const row = { ...none, id, role: 'runtime' as const, name: 'x', digest: digest(secret), createdAt: app.clock.now() };
  await app
    .get(Database)
    .tenant(tenant.id)
    .write((store) => store.insert(ApiKey, [row]));
  for (const client of clients) expect((await client.get('/v1/providers?limit=1')).status).toBe(200);
});
