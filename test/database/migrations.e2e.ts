import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MigrationExecutor, type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { migrate, openDataSources } from '../../src/database/index.js';
import { LOCK_TIMING } from '../../src/database/migration-lock.js';
import { ENTITIES } from '../../src/entities.js';
import { Action } from '../../src/actions/index.js';
import { AuditEvent } from '../../src/audit/index.js';
import { Gpt } from '../../src/gpts/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { SignIn } from '../../src/sign-ins/index.js';
import { Tenant } from '../../src/tenants/index.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, database as kind, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await database.remove();
});

async function withSource<T>(
  work: (source: DataSource) => Promise<T>,
  migrations: (new () => object)[] = MIGRATIONS,
): Promise<T> {
  const settings = readSettings({ DATABASE_URL: database.url });
  const { reader, writer } = await openDataSources(settings.database, ENTITIES, migrations);
  try {
    return await work(writer);
  } finally {
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
  }
}

/** Returns the statements that would make the schema match the entities. */
async function schemaDrift(source: DataSource): Promise<string[]> {
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function tables(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    const names = ENTITIES.map((entity) => source.getMetadata(entity).tableName);
    const existing = await Promise.all(names.map(async (name) => ((await runner.hasTable(name)) ? [name] : [])));
    return existing.flat();
  } finally {
    await runner.release();
  }
}

/** Reverts every migration from the given one on. @returns their number */
async function undoFrom(source: DataSource, name: string): Promise<number> {
  const first = MIGRATIONS.findIndex((migration) => migration.name.startsWith(name));
  const undone = MIGRATIONS.slice(first);
  for (const _ of undone) await source.undoLastMigration({ transaction: 'none' });
  return undone.length;
}

const NOW = '2026-01-02 03:04:05.678';

async function insert(source: DataSource, table: string, row: Record<string, string | number | null>): Promise<void> {
  const names = Object.keys(row).map((name) => source.driver.escape(name));
  const values = names.map(() => '?').join();
  await source.query(`INSERT INTO ${table} (${names.join()}) VALUES (${values})`, Object.values(row));
}

/** Inserts a tenant with a GPT and an action, in the schema of the first release. */
async function insertAction(source: DataSource): Promise<void> {
  const times = { created_at: NOW, updated_at: NOW };
  await insert(source, 'tenants', { id: 't-old', name: 'Old', slug: 'old', return_url_origins: '[]', ...times });
  const owned = { tenant_id: 't-old', ...times };
  await insert(source, 'gpts', { ...owned, id: 'g-old', name: 'Old', description: '', instructions: '', revision: 1 });
  await insert(source, 'actions', {
    ...owned,
    id: 'act-old',
    gpt_id: 'g-old',
    title: 'Old',
    domain: 'old.example.com',
    server_url: '',
    warnings: '[]',
    callback_id: 'cb-old',
    auth_type: 'none',
    auth_settings: '{}',
    binding: 7,
    revision: 1,
  });
}

/** Inserts a connection and a sign-in of that action. */
async function insertConnection(source: DataSource): Promise<void> {
  const owned = {
    tenant_id: 't-old',
    gpt_id: 'g-old',
    action_id: 'act-old',
    user: 'alice',
    created_at: NOW,
    binding: 7,
  };
  await insert(source, 'connections', {
    ...owned,
    id: 'conn-old',
    user_digest: 'x',
    domain: 'old.example.com',
    status: 'active',
    has_refresh_token: 1,
    token_type: 'bearer',
    due_at: '2026-01-02 04:00:00.000',
    refresh_at: '2026-01-02 03:59:00.000',
    failures: 2,
    version: 3,
  });
  await insert(source, 'sign_ins', {
    ...owned,
    id: 'si-old',
    reason: 'not_connected',
    status: 'connected',
    ticket_digest: 'x',
    expires_at: NOW,
    connection_id: 'conn-old',
  });
}

describe('migrations', () => {
  it('create the schema that the entities describe, remove it, and create it again', async () => {
    await withSource(async (source) => {
      const applied = await migrate(source);
      expect(applied).toHaveLength(MIGRATIONS.length);
      expect(await schemaDrift(source)).toEqual([]);
      expect(await tables(source)).toHaveLength(ENTITIES.length);
      for (const _ of MIGRATIONS) await source.undoLastMigration({ transaction: 'none' });
      expect(await tables(source)).toEqual([]);
      expect(await migrate(source)).toEqual(applied);
      expect(await schemaDrift(source)).toEqual([]);
    });
  });

  it('are applied only once', async () => {
    await withSource(async (source) => {
      await migrate(source);
      expect(await migrate(source)).toEqual([]);
    });
  });

  it('keep the rows of the first release and fill new columns with their defaults', async () => {
    await withSource(async (source) => {
      await migrate(source);
      const undone = await undoFrom(source, 'SignInDiagnosis');
      await insertAction(source);
      expect(await migrate(source)).toHaveLength(undone);
      expect(await source.manager.findOneBy(Tenant, { id: 't-old' })).toMatchObject({
        name: 'Old',
        userVerification: 'page',
        userVerificationUrl: null,
        oauthDomainRule: 'warn',
      });
      expect(await source.manager.countBy(Gpt, { tenantId: 't-old' })).toBe(1);
    });
  });

  // SQLite copies these tables to add foreign keys.
  it('keep connections and sign-ins when foreign keys are added and removed', async () => {
    await withSource(async (source) => {
      const counts = () =>
        Promise.all(
          ['actions', 'connections', 'sign_ins'].map(async (table) => {
            const [row] = (await source.query(`SELECT COUNT(*) AS count FROM ${table}`)) as { count: unknown }[];
            return Number(row?.count);
          }),
        );
      await migrate(source);
      await undoFrom(source, 'OwnedReferences');
      await insertAction(source);
      await insertConnection(source);
      await migrate(source);
      expect(await counts()).toEqual([1, 1, 1]);
      await undoFrom(source, 'OwnedReferences');
      expect(await counts()).toEqual([1, 1, 1]);
    });
  });

  it('keep the values of renamed columns, in both directions', async () => {
    await withSource(async (source) => {
      await migrate(source);
      await undoFrom(source, 'ClearerNames');
      await insertAction(source);
      await insertConnection(source);
      const event = { type: 'gpt.created', actor: '{}', target_id: 'g-old', details: '{}', created_at: NOW };
      await insert(source, 'audit_events', { ...event, id: 'evt-1', tenant_id: 't-old', chain: 't-old', sequence: 1 });
      await insert(source, 'audit_events', {
        ...event,
        id: 'evt-2',
        tenant_id: null,
        chain: 'deployment',
        sequence: 1,
      });
      const before = await source.query('SELECT * FROM connections');
      const events = await source.query('SELECT * FROM audit_events ORDER BY id');
      await migrate(source);
      const where = { tenantId: 't-old' };
      expect(await source.manager.findOneBy(Action, where)).toMatchObject({ bindingVersion: 7 });
      expect(await source.manager.findOneBy(SignIn, where)).toMatchObject({ bindingVersion: 7 });
      expect(await source.manager.findOneBy(Connection, where)).toMatchObject({
        bindingVersion: 7,
        callRefreshAt: new Date('2026-01-02T04:00:00Z'),
        backgroundRefreshAt: new Date('2026-01-02T03:59:00Z'),
        refreshFailures: 2,
      });
      expect(await source.manager.findOneBy(AuditEvent, { id: 'evt-1' })).toMatchObject({ tenantId: 't-old' });
      await undoFrom(source, 'ClearerNames');
      expect(await source.query('SELECT * FROM connections')).toEqual(before);
      const restored = (await source.query('SELECT * FROM audit_events ORDER BY id')) as object[];
      expect(restored).toEqual((events as object[]).map((each) => expect.objectContaining(each)));
    });
  });

  it('complete a migration that was interrupted', async () => {
    await withSource(async (source) => {
      await migrate(source);
      const undone = await undoFrom(source, 'SignInDiagnosis');
      await source.query("ALTER TABLE tenants ADD COLUMN user_verification varchar(16) NOT NULL DEFAULT 'page'");
      await source.query('ALTER TABLE actions RENAME COLUMN binding TO binding_version');
      expect(await migrate(source)).toHaveLength(undone);
      expect(await schemaDrift(source)).toEqual([]);
    });
  });
});

// SQLite has one process, and migrates in transactions.
if (kind === 'mariadb')
  describe('the migration lock', () => {
    const TIMING = { ...LOCK_TIMING, lease: 400, heartbeat: 100, poll: 20 };

    /** Takes the lock as another process does. @param expiresIn milliseconds */
    async function takeAsAnother(source: DataSource, expiresIn: number): Promise<void> {
      await source.query(
        `UPDATE migration_lock SET holder = 'another', version = version + 1, expires_at = UTC_TIMESTAMP(3) + INTERVAL ${expiresIn * 1000} MICROSECOND`,
      );
    }

    async function reverted(source: DataSource): Promise<void> {
      await migrate(source, TIMING);
      await source.undoLastMigration({ transaction: 'none' });
    }

    it('is free after a migration', async () => {
      await withSource(async (source) => {
        await migrate(source, TIMING);
        expect(await source.query('SELECT holder FROM migration_lock')).toEqual([{ holder: null }]);
      });
    });

    it('is taken over from a process that died', async () => {
      await withSource(async (source) => {
        await reverted(source);
        await takeAsAnother(source, 50);
        expect(await migrate(source, TIMING)).toHaveLength(1);
      });
    });

    it('is waited for while its holder renews it, and no migration is repeated afterwards', async () => {
      await withSource(async (source) => {
        await reverted(source);
        await takeAsAnother(source, 60_000);
        let polls = 0;
        const waiting = migrate(source, {
          ...TIMING,
          get poll() {
            polls++;
            return TIMING.poll;
          },
        });
        await eventually(
          () => polls,
          (count) => count > 1,
        );
        await withSource((other) => new MigrationExecutor(other).executePendingMigrations());
        await source.query('UPDATE migration_lock SET holder = NULL, version = version + 1');
        expect(await waiting).toEqual([]);
      });
    });

    it('stops a process that lost it while it was paused, before its next statement', async () => {
      class Paused1700000000000 implements MigrationInterface {
        async up(runner: QueryRunner): Promise<void> {
          await runner.query('CREATE TABLE IF NOT EXISTS before_the_pause (id integer)');
          await withSource((other) => takeAsAnother(other, 60_000));
          // Blocks the process, as a pause does.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMING.lease);
          await runner.query('CREATE TABLE after_the_pause (id integer)');
        }

        async down(): Promise<void> {}
      }
      await withSource(
        async (source) => {
          await expect(migrate(source, TIMING)).rejects.toThrow('another process has taken over');
          const runner = source.createQueryRunner();
          expect(await runner.hasTable('before_the_pause')).toBe(true);
          expect(await runner.hasTable('after_the_pause')).toBe(false);
          await runner.release();
          expect(await source.query('SELECT holder FROM migration_lock')).toEqual([{ holder: 'another' }]);
        },
        [Paused1700000000000],
      );
    });
  });

describe('replicas that start at the same time on an empty database', () => {
  it('all start, and serve the same rows', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => TestApp.start({ database })));
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
