import Libsql from 'libsql';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import type { DatabaseServer, DatabaseSettings } from '../config/index.js';
import { addressOf, describeServer, MIGRATIONS_TABLE, writeCheck } from './server.js';
import type { SessionStatements } from './session.js';

export type EntityClass = new () => object;
/** Shorter than the time after which firewalls forget idle connections. */
const KEEP_ALIVE_MS = 60_000;

type Migrations = MixedList<new () => object>;

/** Properties of a database server besides its pool. */
interface ServerParts {
  poolSize: number;
  session: SessionStatements;
  /** Rejects if the server does not accept writes. */
  checkWritable: () => Promise<void>;
}

/** The connections of the process: two on SQLite, one pool on other databases. */
export interface DataSources {
  reader: DataSource;
  writer: DataSource;
  /** `undefined` on SQLite. */
  server?: ServerParts;
}

/**
 * Opens the database.
 *
 * On SQLite, TypeORM uses one query runner per connection, so a query outside a transaction would run inside whichever transaction is open.
 * Therefore writes have a connection of their own, and the other one is read-only.
 */
export async function openDataSources(
  settings: DatabaseSettings,
  entities: EntityClass[],
  migrations: Migrations,
): Promise<DataSources> {
  if (settings.kind === 'mysql') return openServer(settings, entities, migrations);
  const writer = await new DataSource(sqliteOptions(settings.file, entities, migrations, false)).initialize();
  const reader = await new DataSource(sqliteOptions(settings.file, entities, [], true)).initialize();
  return { reader, writer };
}

/**
 * Begins each transaction with the write lock, which TypeORM has no option for. A deferred transaction takes the lock with its first write, and if
 * another process has written since it began, it can only start again.
 */
class ImmediateLibsql extends Libsql {
  override prepare<Parameters extends unknown[] | object = unknown[]>(sql: string) {
    return super.prepare<Parameters>(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
  }
}

function sqliteOptions(file: string, entities: EntityClass[], migrations: Migrations, queryOnly: boolean) {
  return {
    type: 'better-sqlite3',
    driver: ImmediateLibsql,
    database: file,
    entities,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    // Waiting inside the driver would block the process; `Database.write` waits instead.
    timeout: 0,
    prepareDatabase: (connection: { pragma(text: string): void }) => {
      connection.pragma('journal_mode = WAL');
      // A rotated refresh token that is lost in a power failure is a lost connection.
      connection.pragma('synchronous = FULL');
      // Checkpoint after 16 MB instead of 4, and cache 16 MB of pages.
      connection.pragma('wal_autocheckpoint = 4000');
      connection.pragma('cache_size = -16384');
      // Deleted secrets are overwritten with zeros instead of staying in free pages.
      connection.pragma('secure_delete = ON');
      if (queryOnly) connection.pragma('query_only = ON');
    },
  } satisfies DataSourceOptions;
}

async function openServer(
  settings: DatabaseServer,
  entities: EntityClass[],
  migrations: Migrations,
): Promise<DataSources> {
  const { user, poolSize } = settings;
  const address = addressOf(settings);
  const { type, session } = await describeServer(address, user);
  const pool = new DataSource({
    type,
    ...address,
    username: user,
    charset: 'utf8mb4',
    timezone: 'Z',
    entities,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    poolSize,
    extra: { enableKeepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  });
  await pool.initialize();
  return { reader: pool, writer: pool, server: { poolSize, session, checkWritable: writeCheck(address, user) } };
}
