import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { migrate, openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import { Action } from '../../src/actions/index.js';
import { Gpt } from '../../src/gpts/index.js';
import { Connection } from '../../src/connections/connection.entity.js';
import { SignIn } from '../../src/sign-ins/sign-in.entity.js';
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

  it('keeps connections and sign-ins, whose tables SQLite copies to give them foreign keys, up and down', async () => {
    await withSource(async (source) => {
      await migrate(source);
      await source.undoLastMigration({ transaction: 'none' });
      const now = '2026-01-02 03:04:05.678';
      const insert = (table: string, row: Record<string, string | number>) =>
        source.query(
          `INSERT INTO ${table} (${Object.keys(row)
            .map((name) => source.driver.escape(name))
            .join()}) VALUES (${Object.keys(row)
            .map(() => '?')
            .join()})`,
          Object.values(row),
        );
      const times = { created_at: now, updated_at: now };
      await insert('tenants', { id: 't-old', name: 'Old', slug: 'old', return_url_origins: '[]', ...times });
      const owned = { tenant_id: 't-old', ...times };
      await insert('gpts', { ...owned, id: 'g-old', name: 'Old', description: '', instructions: '', revision: 1 });
      const action = { id: 'act-old', gpt_id: 'g-old', title: 'Old', domain: 'old.example.com', server_url: '' };
      const unbound = { warnings: '[]', callback_id: 'cb-old', auth_type: 'none', auth_settings: '{}' };
      await insert('actions', { ...owned, ...action, ...unbound, binding: 1, revision: 1 });
      const of = {
        tenant_id: 't-old',
        gpt_id: 'g-old',
        action_id: 'act-old',
        user: 'alice',
        created_at: now,
        binding: 1,
      };
      const tokens = { user_digest: 'x', domain: 'old.example.com', has_refresh_token: 0, token_type: 'bearer' };
      await insert('connections', { ...of, ...tokens, id: 'conn-old', status: 'active', version: 1, failures: 0 });
      const ended = { reason: 'not_connected', status: 'connected', ticket_digest: 'x', expires_at: now };
      await insert('sign_ins', { ...of, ...ended, id: 'si-old', connection_id: 'conn-old' });
      const counts = () =>
        Promise.all(
          [Action, Connection, SignIn].map((entity) => source.manager.countBy(entity, { tenantId: 't-old' })),
        );
      expect(await migrate(source)).toHaveLength(1);
      expect(await counts()).toEqual([1, 1, 1]);
      await source.undoLastMigration({ transaction: 'none' });
      expect(await counts()).toEqual([1, 1, 1]);
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
