import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from 'typeorm';
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

const withStore = <T>(work: (store: TenantStore) => Promise<T>) => app.get(Database).tenant(ours.tenant.id).write(work);

describe('TenantStore', () => {
  it.each([
    ['', ''],
    ['undefined', undefined],
    ['null', null],
  ])('cannot be created for the tenant id %j', async (_, tenantId) => {
    const database = app.get(Database);
    const tenant = database.tenant(tenantId as string);
    await expect(tenant.read(async () => undefined)).rejects.toThrow('needs a tenant');
    await expect(tenant.write(async () => undefined)).rejects.toThrow('needs a tenant');
    await database.read(async (manager) => {
      expect(() => new TenantStore(manager, tenantId as string)).toThrow('needs a tenant');
    });
  });

  /** The conditions may contain a `tenantId` from the caller. */
  it.each([
    ['by id', () => ({ id: theirs.id })],
    ['by id and tenant id', () => ({ id: theirs.id, tenantId: theirs.tenant.id })],
    ['by tenant id', () => ({ tenantId: theirs.tenant.id, name: 'Theirs' })],
  ])("does not find, count, lock, change or delete another tenant's rows %s", async (_, where) => {
    await withStore(async (store) => {
      expect(await store.find(Gpt, where())).toEqual([]);
      expect(await store.findOne(Gpt, where())).toBeNull();
      expect(await store.findOneForUpdate(Gpt, where())).toBeNull();
      await expect(store.get(Gpt, where(), 'GPT')).rejects.toThrow(NotFoundError);
      expect(await store.exists(Gpt, where())).toBe(false);
      expect(await store.count(Gpt, where())).toBe(0);
      expect(await store.countGroups(Gpt, ['name'], where())).toEqual([]);
      expect(await store.page(Gpt, where(), { limit: 200 })).toEqual([]);
      expect(await store.update(Gpt, where(), { name: 'Taken' })).toBe(0);
      expect(await store.delete(Gpt, where())).toBe(0);
      const columns = { id: "'g-copied'", name: 'name', description: "''", instructions: "''", revision: '1' };
      const times = { createdAt: 'created_at', updatedAt: 'updated_at' };
      const copy = { columns: { ...columns, ...times }, parameters: {} };
      await store.insertSelect({ into: Gpt, from: Gpt, where: where(), ...copy });
    });
    expect((await theirs.tenant.admin.get(theirs.path)).body.name).toBe('Theirs');
    for (const { tenant } of [ours, theirs]) {
      expect((await tenant.admin.get('/v1/gpts/g-copied')).status).toBe(404);
    }
  });

  it('inserts rows for its own tenant, whatever tenant id a row contains', async () => {
    const now = app.clock.now();
    const fields = { name: 'New', description: '', instructions: '', revision: 1, createdAt: now, updatedAt: now };
    const row = { ...fields, id: 'g-smuggled', tenantId: theirs.tenant.id };
    await withStore((store) => store.insert(Gpt, [row]));
    expect((await theirs.tenant.admin.get('/v1/gpts/g-smuggled')).status).toBe(404);
    expect((await ours.tenant.admin.get('/v1/gpts/g-smuggled')).body.name).toBe('New');
  });

  it('copies matching rows for its own tenant', async () => {
    const columns = { id: "'g-copy'", name: ':name', description: 'description', instructions: 'instructions' };
    const others = { revision: 'revision', createdAt: 'created_at', updatedAt: 'updated_at' };
    await withStore((store) =>
      store.insertSelect({
        into: Gpt,
        from: Gpt,
        where: { id: ours.id },
        columns: { ...columns, ...others },
        parameters: { name: 'Copy' },
      }),
    );
    expect((await ours.tenant.admin.get('/v1/gpts/g-copy')).body.name).toBe('Copy');
  });

  it('exposes no entity manager, so that no query can leave out the tenant', async () => {
    await withStore(async (store) => {
      // @ts-expect-error the type has no such property either
      expect(store.manager).toBeUndefined();
      const properties = [...Object.getOwnPropertyNames(store), ...Object.getOwnPropertySymbols(store)];
      expect(properties).toEqual(['tenantId']);
      const accessors = Object.values(Object.getOwnPropertyDescriptors(TenantStore.prototype)).filter(({ get }) => get);
      expect(accessors).toEqual([]);
    });
  });

  it('is the only way for a transaction to access the rows of a tenant', async () => {
    const database = app.get(Database);
    const { read, write } = database.tenant(ours.tenant.id);
    for (const run of [read, write]) {
      const received = await run(async (...args: unknown[]) => args);
      expect(received).toHaveLength(1);
      expect(received[0]).toBeInstanceOf(TenantStore);
      expect(received[0]).not.toBeInstanceOf(EntityManager);
    }
  });
});
