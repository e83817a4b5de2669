import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { randomText } from '../../src/common/index.js';
import { migrateFromTemplate } from './database-template.js';
import { createScratchFolder } from './scratch-folder.js';

declare const TEST_DATABASE: 'sqlite' | 'mariadb' | 'mysql';

/** The database that the suite runs on. */
export const database: typeof TEST_DATABASE = TEST_DATABASE;

/** The server of the suite's databases, with a user that may create databases; `undefined` on SQLite. */
export const databaseServer: string | undefined = {
  sqlite: undefined,
  mariadb: process.env['TEST_MARIADB_URL'],
  mysql: process.env['TEST_MYSQL_URL'],
}[database];

/** A row by column names. */
export type Row = Record<string, unknown>;

/** A new, empty database, and a folder for other files of an app. */
export interface TestDatabase {
  url: string;
  folder: string;
  /** Returns everything that the database stores, to search it for secrets. */
  dump(): Promise<string>;
  /** Returns the committed rows of every table, including tables without an entity. */
  tables(): Promise<Record<string, Row[]>>;
  remove(): Promise<void>;
}

export async function createMigratedDatabase(): Promise<TestDatabase> {
  const created = await createTestDatabase();
  await migrateFromTemplate(created.url);
  return created;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const folder = createScratchFolder();
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (database === 'sqlite') {
    const file = join(folder, 'countersign.db');
    return {
      url: `sqlite:${file}`,
      folder,
      dump: async () => ['', '-wal'].map((end) => readIfThere(file + end)).join(''),
      tables: async () => sqliteTables(file),
      remove: async () => removeFolder(),
    };
  }
  const server = databaseServer ?? '';
  const name = `countersign_${randomText(12)}`;
  await onServer(server, (run) => run(`CREATE DATABASE \`${name}\``));
  return {
    url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    folder,
    dump: async () => JSON.stringify(await onServer(server, (run) => serverTables(run, name))),
    tables: () => onServer(server, (run) => serverTables(run, name)),
    remove: async () => {
      await onServer(server, (run) => run(`DROP DATABASE IF EXISTS \`${name}\``));
      removeFolder();
    },
  };
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
}

function sqliteTables(file: string): Record<string, Row[]> {
  const connection = new Libsql(file, { readonly: true });
  try {
    const rowsOf = (sql: string) => connection.prepare(sql).all() as Row[];
    const names = rowsOf("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name));
    return Object.fromEntries(names.map((name) => [name, rowsOf(`SELECT * FROM "${name}"`)]));
  } finally {
    connection.close();
  }
}

type Run = (sql: string) => Promise<Row[]>;

async function onServer<T>(url: string, work: (run: Run) => Promise<T>): Promise<T> {
  const connection = await createConnection(url);
  try {
    return await work(async (sql) => (await connection.query(sql))[0] as Row[]);
  } finally {
    await connection.end();
  }
}

async function serverTables(run: Run, database: string): Promise<Record<string, Row[]>> {
  const listed = await run(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${database}'`,
  );
  const tables: Record<string, Row[]> = {};
  for (const { name } of listed) tables[String(name)] = await run(`SELECT * FROM \`${database}\`.\`${String(name)}\``);
  return tables;
}
