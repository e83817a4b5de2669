import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { randomText } from '../../src/common/index.js';

declare const TEST_DATABASE: 'sqlite' | 'mariadb';

/** Which database the suite runs on. */
export const database: 'sqlite' | 'mariadb' = TEST_DATABASE;

/** A fresh, empty database, and a folder for what else an app keeps. */
export interface TestDatabase {
  url: string;
  folder: string;
  /** Rows as the database has them, for what no API shows. */
  dump(): Promise<string>;
  remove(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (database === 'sqlite') {
    const file = join(folder, 'countersign.db');
    return {
      url: `sqlite:${file}`,
      folder,
      dump: async () => ['', '-wal'].map((end) => readIfThere(file + end)).join(''),
      remove: async () => removeFolder(),
    };
  }
  const server = process.env['TEST_MARIADB_URL'] ?? '';
  const name = `countersign_${randomText(12)}`;
  await onServer(server, (run) => run(`CREATE DATABASE \`${name}\``));
  return {
    url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    folder,
    dump: () => onServer(server, (run) => dumpTables(run, name)),
    remove: async () => {
      await onServer(server, (run) => run(`DROP DATABASE IF EXISTS \`${name}\``));
      removeFolder();
    },
  };
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
}

type Run = (sql: string) => Promise<Record<string, unknown>[]>;

async function onServer<T>(url: string, work: (run: Run) => Promise<T>): Promise<T> {
  const connection = await createConnection(url);
  try {
    return await work(async (sql) => (await connection.query(sql))[0] as Record<string, unknown>[]);
  } finally {
    await connection.end();
  }
}

async function dumpTables(run: Run, database: string): Promise<string> {
  const tables = await run(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${database}'`,
  );
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(await run(`SELECT * FROM \`${database}\`.\`${String(name)}\``));
  return JSON.stringify(rows);
}
