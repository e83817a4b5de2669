import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { migrate, openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import { Gpt } from '../../src/gpts/index.js';
import { Tenant } from '../../src/tenants/index.js';
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

describe('a database of an earlier release', () => {
  const newest = MIGRATIONS.slice(1);

  it('keeps its rows, which get the new columns’ defaults', async () => {
    await withSource(async (source) => {
      await migrate(source);
      for (const _ of newest) await source.undoLastMigration({ transaction: 'none' });
      const now = '2026-01-02 03:04:05.678';
      await source.query(
        `INSERT INTO tenants (id, name, slug, return_url_origins, created_at, updated_at) VALUES ('t-old', 'Old', 'old', '[]', '${now}', '${now}')`,
      );
      await source.query(
        `INSERT INTO gpts (tenant_id, id, name, description, instructions, revision, created_at, updated_at) VALUES ('t-old', 'g-old', 'Old', '', '', 1, '${now}', '${now}')`,
      );
      expect(await migrate(source)).toHaveLength(newest.length);
      expect(await source.manager.findOneBy(Tenant, { id: 't-old' })).toMatchObject({
        name: 'Old',
        userVerification: 'page',
        userVerificationUrl: null,
        oauthDomainRule: 'warn',
      });
      expect(await source.manager.countBy(Gpt, { tenantId: 't-old' })).toBe(1);
    });
  });

  it('is brought up to date by a second try where the first was cut off', async () => {
    await withSource(async (source) => {
      await migrate(source);
      for (const _ of newest) await source.undoLastMigration({ transaction: 'none' });
      await source.query("ALTER TABLE tenants ADD COLUMN user_verification varchar(16) NOT NULL DEFAULT 'page'");
      expect(await migrate(source)).toHaveLength(newest.length);
      expect(await drift(source)).toEqual([]);
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
