import { readFileSync, writeFileSync } from 'node:fs';
import Libsql from 'libsql';
import { createConnection, format, type RowDataPacket } from 'mysql2/promise';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { migrate, openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';

/** Shared by the suites of a worker: see `jest/environment.mjs`. */
declare const TEST_WORKER_CACHE: Map<string, unknown>;

/** A migrated database in a form that is fast to copy: the file of SQLite, SQL statements for MariaDB and MySQL. */
type Template = Buffer | string[];

/** Migrates an empty database. The first database of a worker runs the migrations; later ones are copies. */
export async function migrateFromTemplate(url: string): Promise<void> {
  // MariaDB and MySQL have the same protocol, and a worker runs suites of both.
  const server = new URL(url).protocol + new URL(url).host;
  const template = TEST_WORKER_CACHE.get(server) as Template | undefined;
  if (template) {
    await applyTemplate(url, template);
  } else {
    await runMigrations(url);
    TEST_WORKER_CACHE.set(server, await readTemplate(url));
  }
}

async function runMigrations(url: string): Promise<void> {
  const { database } = readSettings({ DATABASE_URL: url });
  const { reader, writer } = await openDataSources(database, ENTITIES, MIGRATIONS);
  await migrate(writer);
  await writer.destroy();
  if (reader !== writer) await reader.destroy();
}

async function readTemplate(url: string): Promise<Template> {
  if (!url.startsWith('sqlite:')) return readStatements(url);
  const connection = new Libsql(fileOf(url));
  // Moves everything from the write-ahead log into the file.
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.close();
  return readFileSync(fileOf(url));
}

async function applyTemplate(url: string, template: Template): Promise<void> {
  if (Buffer.isBuffer(template)) {
    writeFileSync(fileOf(url), template);
    return;
  }
  const connection = await createConnection(url);
  try {
    for (const statement of template) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Returns the statements that create the tables and insert the rows of the migrations. */
async function readStatements(url: string): Promise<string[]> {
  const connection = await createConnection(url);
  const rowsOf = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0];
  try {
    const statements = ['SET foreign_key_checks = 0'];
    for (const table of (await rowsOf('SHOW TABLES')).map((row) => String(Object.values(row)[0]))) {
      statements.push(...(await rowsOf(`SHOW CREATE TABLE \`${table}\``)).map((row) => String(row['Create Table'])));
      const rows = await rowsOf(`SELECT * FROM \`${table}\``);
      statements.push(...rows.map((row) => format('INSERT INTO ?? SET ?', [table, { ...row }])));
    }
    return statements;
  } finally {
    await connection.end();
  }
}

function fileOf(url: string): string {
  return url.slice('sqlite:'.length);
}
