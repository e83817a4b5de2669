import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import type { DatabaseSettings } from '../config/index.js';

export type EntityClass = new () => object;
type Migrations = MixedList<new () => object>;

/** What the rest of the process reads from and writes to: two connections on SQLite, one pool elsewhere. */
export interface DataSources {
  reader: DataSource;
  writer: DataSource;
}

/**
 * Opens the database.
 *
 * TypeORM has one query runner for all of SQLite, so that a plain query would join whatever transaction happens to be open:
 * writes get a connection of their own, and the one that reads cannot write.
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
    // A busy wait inside the driver would stop the whole process; the transaction helper waits and tries again instead.
    timeout: 0,
    prepareDatabase: (connection: { pragma(text: string): void }) => {
      connection.pragma('journal_mode = WAL');
      // A refresh token that was rotated and lost in a power cut is a lost connection.
      connection.pragma('synchronous = FULL');
      // Pages that are changed again and again are copied into the file once in 16 MB, and those of the day's work stay in memory.
      connection.pragma('wal_autocheckpoint = 4000');
      connection.pragma('cache_size = -16384');
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
    // As `mysql`, TypeORM sees drift on every nullable column of a MariaDB.
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
