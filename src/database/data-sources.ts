import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import type { DatabaseSettings } from '../config/index.js';

export type EntityClass = new () => object;
type Migrations = MixedList<new () => object>;

/** The connections of the process: two on SQLite, one pool on other databases. */
export interface DataSources {
  reader: DataSource;
  writer: DataSource;
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
  if (settings.kind === 'mysql') {
    const pool = await new DataSource(await mysqlOptions(settings.url, entities, migrations)).initialize();
    return { reader: pool, writer: pool };
  }
  const writer = await new DataSource(sqliteOptions(settings.file, entities, migrations, false)).initialize();
  const reader = await new DataSource(sqliteOptions(settings.file, entities, [], true)).initialize();
  return { reader, writer };
}

function sqliteOptions(file: string, entities: EntityClass[], migrations: Migrations, queryOnly: boolean) {
  return {
    type: 'better-sqlite3',
    driver: Libsql,
    database: file,
    entities,
    migrations,
    migrationsTableName: 'migrations',
    // Waiting inside the driver would block the process; `Database.write` waits and retries instead.
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

async function mysqlOptions(url: string, entities: EntityClass[], migrations: Migrations): Promise<DataSourceOptions> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const server = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
  const user = decodeURIComponent(username);
  const connection = await createConnection({ ...server, user, connectTimeout: 10_000 });
  const [rows] = await connection.query('SELECT VERSION() AS version').finally(() => connection.end());
  const { version } = (rows as { version: string }[])[0] ?? { version: '' };
  return {
    // With the type `mysql`, TypeORM reports schema drift on every nullable column of MariaDB.
    type: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    ...server,
    username: user,
    charset: 'utf8mb4',
    timezone: 'Z',
    entities,
    migrations,
    migrationsTableName: 'migrations',
    connectTimeout: 10_000,
    poolSize: 10,
    extra: { enableKeepAlive: true },
  };
}
