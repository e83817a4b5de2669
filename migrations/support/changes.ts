import type { QueryRunner, Table, TableIndex } from 'typeorm';

/*
 * Changes of the schema. MySQL and MariaDB commit each change on its own, so a migration that is interrupted leaves its first changes behind.
 * Every helper skips a change that is already there, and running the migration again completes it.
 */

/** A column as `ALTER TABLE … ADD COLUMN` accepts it on every database, without copying the table. */
export interface AddedColumn {
  table: string;
  name: string;
  definition: string;
}

/** A column that gets another name. */
export interface RenamedColumn {
  table: string;
  from: string;
  to: string;
}

/** Creates tables in the given order: a table comes after those that it refers to. */
export async function createTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const table of tables) await runner.createTable(table.clone(), true);
}

/** Drops tables in the reverse order. */
export async function dropTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables.toReversed()) await runner.dropTable(name, true);
}

export async function addColumns(runner: QueryRunner, columns: readonly AddedColumn[]): Promise<void> {
  for (const { table, name, definition } of columns) {
    if (await runner.hasColumn(table, name)) continue;
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
  }
}

export async function dropColumns(
  runner: QueryRunner,
  columns: readonly Pick<AddedColumn, 'table' | 'name'>[],
): Promise<void> {
  for (const { table, name } of columns.toReversed()) {
    if (await runner.hasColumn(table, name)) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}

/** Renames columns in place. Needs MySQL 8.0 or MariaDB 10.5.2. */
export async function renameColumns(runner: QueryRunner, columns: readonly RenamedColumn[]): Promise<void> {
  for (const { table, from, to } of columns) {
    if (await runner.hasColumn(table, to)) continue;
    await runner.query(`ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}`);
  }
}

export async function addIndices(runner: QueryRunner, table: string, indices: readonly TableIndex[]): Promise<void> {
  const existing = await indexNames(runner, table);
  for (const index of indices) if (!existing.has(index.name)) await runner.createIndex(table, index.clone());
}

export async function dropIndices(runner: QueryRunner, table: string, indices: readonly TableIndex[]): Promise<void> {
  const existing = await indexNames(runner, table);
  for (const index of indices.toReversed()) {
    if (existing.has(index.name)) await runner.dropIndex(table, index.clone());
  }
}

async function indexNames(runner: QueryRunner, table: string): Promise<Set<string | undefined>> {
  return new Set((await runner.getTable(table))?.indices.map(({ name }) => name));
}

/**
 * Gives a column another definition and keeps its values. SQLite cannot change a column, so it gets a copy of it; drop the column's indexes
 * before.
 */
export async function redefineColumn(runner: QueryRunner, { table, name, definition }: AddedColumn): Promise<void> {
  if (runner.connection.options.type !== 'better-sqlite3') {
    await runner.query(`ALTER TABLE ${table} MODIFY COLUMN ${name} ${definition}`);
    return;
  }
  await runner.query(`ALTER TABLE ${table} ADD COLUMN copied_${name} ${definition}`);
  await runner.query(`UPDATE ${table} SET copied_${name} = ${name}`);
  await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  await runner.query(`ALTER TABLE ${table} RENAME COLUMN copied_${name} TO ${name}`);
}
