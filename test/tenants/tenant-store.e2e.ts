import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NotFoundError } from '../../src/common/index.js';
import { Database, TenantStore } from '../../src/database/index.js';
import { Gpt } from '../../src/gpts/index.js';
import { TestApp } from '../support/app.js';
import type { TestGpt } from '../support/tenant.js';

let app: TestApp;
let ours: TestGpt;
let theirs: TestGpt;

beforeAll(async () => {
  app = await TestApp.start();
  [ours, theirs] = [await (await app.tenant()).gpt(), await (await app.tenant()).gpt('Theirs')];
});

afterAll(async () => {
  await app.stop();
});

it.each([
  ['', ''],
  ['undefined', undefined],
  ['null', null],
])('there is no store of a tenant that is %j, to read or to write', async (_, nobody) => {
  const database = app.get(Database);
  const tenant = database.tenant(nobody as string);
  expect(() => tenant.read(async () => undefined)).toThrow('needs a tenant');
  await expect(tenant.write(async () => undefined)).rejects.toThrow('needs a tenant');
  await database.read(async (manager) => {
    expect(() => new TenantStore(manager, nobody as string)).toThrow('needs a tenant');
  });
});

/** Also where somebody lets a caller's own `tenantId` into a condition. */
it.each([
  ['by the id alone', () => ({ id: theirs.id })],
  ["by the id and the other tenant's", () => ({ id: theirs.id, tenantId: theirs.tenant.id })],
  ["by the other tenant's alone", () => ({ tenantId: theirs.tenant.id, name: 'Theirs' })],
])("a store does not reach another tenant's rows %s", async (_, where) => {
  const page = { limit: 200 };
  await app
    .get(Database)
    .tenant(ours.tenant.id)
    .write(async (store) => {
      expect(await store.find(Gpt, where())).toEqual([]);
      expect(await store.findOne(Gpt, where())).toBeNull();
      await expect(store.get(Gpt, where(), 'GPT')).rejects.toThrow(NotFoundError);
      expect(await store.page(Gpt, where(), page)).toEqual([]);
      expect(await store.update(Gpt, where(), { name: 'Taken' })).toBe(0);
      expect(await store.delete(Gpt, where())).toBe(0);
    });
  expect((await theirs.tenant.admin.get(theirs.path)).body.name).toBe('Theirs');
});

it("a store inserts as its own tenant's, whatever a row says", async () => {
  const now = app.clock.now();
  const fields = { name: 'New', description: '', instructions: '', revision: 1, createdAt: now, updatedAt: now };
  const row = { ...fields, id: 'g-smuggled', tenantId: theirs.tenant.id };
  await app
    .get(Database)
    .tenant(ours.tenant.id)
    .write((store) => store.insert(Gpt, [row]));
  expect((await theirs.tenant.admin.get('/v1/gpts/g-smuggled')).status).toBe(404);
  expect((await ours.tenant.admin.get('/v1/gpts/g-smuggled')).body.name).toBe('New');
});
