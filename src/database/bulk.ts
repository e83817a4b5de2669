import type { EntityManager } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** What names a row. Ids are unique over all tenants. */
export interface RowKey {
  tenantId: string;
  id: string;
}

/** Changes of one row that hold as long as it is at the version that they were thought out for. */
export interface VersionedChange<E> {
  row: RowKey & { version: number };
  changes: Partial<E>;
}

interface Part {
  sql: string;
  parameters: unknown[];
}

const IS_KEY = 'tenant_id = ? AND id = ?';

/**
 * One statement for many rows of a table. TypeORM builds, reads and sends what concerns each of them anew, which costs several times
 * what the database does for it.
 */
export class Bulk<E extends RowKey> {
  private readonly table: string;
  private readonly columns: ColumnMetadata[];

  /** @param manager of the transaction */
  constructor(
    private readonly manager: EntityManager,
    entity: new () => E,
  ) {
    const { tablePath, columns } = manager.connection.getMetadata(entity);
    this.table = this.escape(tablePath);
    this.columns = columns;
  }

  /** The rows with these keys, in no order. @param locking `FOR UPDATE` or nothing */
  async select(keys: readonly RowKey[], locking: string): Promise<E[]> {
    const names = this.columns.map((column) => this.nameOf(column)).join(', ');
    const where = any(keys.map((key) => ({ sql: IS_KEY, parameters: keyOf(key) })));
    const rows = await this.run(`SELECT ${names} FROM ${this.table} WHERE ${where.sql} ${locking}`, where.parameters);
    return rows.records.map((record) => this.read(record));
  }

  async insert(rows: readonly E[]): Promise<void> {
    const names = this.columns.map((column) => this.nameOf(column)).join(', ');
    const places = `(${this.columns.map(() => '?').join(', ')})`;
    const values = rows.flatMap((row) => this.columns.map((column) => this.prepare(column, row)));
    await this.run(`INSERT INTO ${this.table} (${names}) VALUES ${rows.map(() => places).join(', ')}`, values);
  }

  /** Makes the same changes to the rows with these keys. */
  async update(keys: readonly RowKey[], changes: Partial<E>): Promise<void> {
    const sets = this.changed(changes).map((column) => this.set(column, [changes], []));
    await this.change(sets, any(keys.map((key) => ({ sql: IS_KEY, parameters: keyOf(key) }))));
  }

  /**
   * Makes its own changes to each row, and counts its version up.
   *
   * @param rows all change the same columns
   * @returns how many were still at their version; where that is not all of them, the transaction is to be rolled back or looked into
   */
  updateEach(rows: readonly VersionedChange<E>[]): Promise<number> {
    const all = rows.map(({ changes }) => changes);
    const ids = rows.map(({ row }) => row.id);
    const sets = this.changed(all[0] ?? {}).map((column) => this.set(column, all, ids));
    const seen = rows.map(({ row }) => ({
      sql: `${IS_KEY} AND version = ?`,
      parameters: [...keyOf(row), row.version],
    }));
    return this.change([...sets, { sql: 'version = version + 1', parameters: [] }], any(seen));
  }

  private async change(sets: Part[], where: Part): Promise<number> {
    const sql = `UPDATE ${this.table} SET ${sets.map((set) => set.sql).join(', ')} WHERE ${where.sql}`;
    const { affected } = await this.run(sql, [...sets.flatMap(({ parameters }) => parameters), ...where.parameters]);
    return affected ?? 0;
  }

  private set(column: ColumnMetadata, changes: Partial<E>[], ids: string[]): Part {
    const name = this.nameOf(column);
    const values = changes.map((each) => this.prepare(column, each));
    if (values.every((value) => isSame(value, values[0]))) return { sql: `${name} = ?`, parameters: [values[0]] };
    const arms = ids.map(() => 'WHEN ? THEN ?').join(' ');
    return { sql: `${name} = CASE id ${arms} END`, parameters: ids.flatMap((id, index) => [id, values[index]]) };
  }

  private changed(changes: Partial<E>): ColumnMetadata[] {
    return this.columns.filter(({ propertyName }) => propertyName in changes);
  }

  private run(sql: string, parameters: unknown[]) {
    const { queryRunner } = this.manager;
    if (!queryRunner) throw new Error('this is done inside a transaction');
    return queryRunner.query(sql, parameters, true);
  }

  private prepare(column: ColumnMetadata, row: Partial<E>): unknown {
    const value = row[column.propertyName as keyof E];
    return this.manager.connection.driver.preparePersistentValue(value, column) as unknown;
  }

  private read(record: Record<string, unknown>): E {
    const { driver } = this.manager.connection;
    const entries = this.columns.map((column) => [
      column.propertyName,
      driver.prepareHydratedValue(record[column.databaseName], column) as unknown,
    ]);
    return Object.fromEntries(entries) as E;
  }

  private nameOf({ databaseName }: ColumnMetadata): string {
    return this.escape(databaseName);
  }

  private escape(name: string): string {
    return this.manager.connection.driver.escape(name);
  }
}

function keyOf({ tenantId, id }: RowKey): string[] {
  return [tenantId, id];
}

function any(parts: readonly Part[]): Part {
  const sql = parts.map((part) => `(${part.sql})`).join(' OR ');
  return { sql, parameters: parts.flatMap(({ parameters }) => parameters) };
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
