import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { migrate, openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import { TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await database.remove();
});

async function withSource<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
  const settings = readSettings({ DATABASE_URL: database.url });
  const { reader, writer } = await openDataSources(settings.database, ENTITIES, MIGRATIONS);
  try {
    return await work(writer);
  } finally {
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
  }
}

/** What would have to be changed for the tables to be as the classes say. */
async function drift(source: DataSource): Promise<string[]> {
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function tables(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    const names = ENTITIES.map((entity) => source.getMetadata(entity).tableName);
    const there = await Promise.all(names.map(async (name) => ((await runner.hasTable(name)) ? [name] : [])));
    return there.flat();
  } finally {
    await runner.release();
  }
}

describe('the migrations', () => {
  it('lead to the tables that the classes describe, back to nothing, and there again', async () => {
    await withSource(async (source) => {
      const applied = await migrate(source);
      expect(applied).toHaveLength(MIGRATIONS.length);
      expect(await drift(source)).toEqual([]);
      expect(await tables(source)).toHaveLength(ENTITIES.length);
      for (const _ of MIGRATIONS) await source.undoLastMigration({ transaction: 'none' });
      expect(await tables(source)).toEqual([]);
      expect(await migrate(source)).toEqual(applied);
      expect(await drift(source)).toEqual([]);
    });
  });

  it('are applied once, however often they are asked for', async () => {
    await withSource(async (source) => {
      await migrate(source);
      expect(await migrate(source)).toEqual([]);
    });
  });
});

describe('replicas that start at once on an empty database', () => {
  it('all come up, and serve the same rows', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => TestApp.start({ on: database })));
    try {
      const [first, ...others] = replicas as [TestApp, ...TestApp[]];
      const tenant = await first.tenant('Shared');
      for (const other of others) {
        expect((await other.operator.get(`/v1/tenants/${tenant.id}`)).body.name).toBe('Shared');
      }
    } finally {
      await Promise.all(replicas.map((replica) => replica.stop()));
    }
  });
});
