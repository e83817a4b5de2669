import type { EntityManager } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { recordChange } from './changes.js';

/** The primary key of a row. */
export interface RowKey {
  tenantId: string;
  id: string;
}

/** New values of a row. */
interface RowUpdate<E> {
  row: RowKey;
  changes: Partial<E>;
}

/** New values of a row, valid for the version that was read. */
export interface VersionedUpdate<E> extends RowUpdate<E> {
  row: RowKey & { version: number };
}

/** An SQL fragment and its parameters. */
interface Fragment {
  sql: string;
  parameters: unknown[];
}

const KEY_CONDITION = 'tenant_id = ? AND id = ?';

/**
 * Reads and writes many rows of a table with one statement. TypeORM's own statements cost several times what the database needs for them
 * (decision record 16).
 */
export class Bulk<E extends RowKey> {
  private readonly table: string;
  private readonly columns: ColumnMetadata[];

  /** @param manager of the transaction */
  constructor(
    private readonly manager: EntityManager,
    private readonly entity: new () => E,
  ) {
    const { tablePath, columns } = manager.connection.getMetadata(entity);
    this.table = this.escape(tablePath);
    this.columns = columns.filter(({ isVirtualProperty }) => !isVirtualProperty);
  }

  /** Reads the rows with these keys, unordered. @param lock such as `FOR UPDATE`, or nothing */
  async select(keys: readonly RowKey[], lock: string): Promise<E[]> {
    const names = this.columns.map((column) => this.nameOf(column)).join(', ');
    const where = anyKey(keys);
    const { records } = await this.run(
      `SELECT ${names} FROM ${this.table} WHERE ${where.sql} ${lock}`,
      where.parameters,
    );
    return (records as Record<string, unknown>[]).map((record) => this.hydrate(record));
  }

  async insert(rows: readonly E[]): Promise<void> {
    const names = this.columns.map((column) => this.nameOf(column)).join(', ');
    const placeholders = `(${this.columns.map(() => '?').join(', ')})`;
    const values = rows.flatMap((row) => this.columns.map((column) => this.prepare(column, row)));
    await this.run(`INSERT INTO ${this.table} (${names}) VALUES ${rows.map(() => placeholders).join(', ')}`, values);
  }

  /** Makes the same changes to the rows with these keys, as in a lease: `Database.onChange` is not told. */
  async update(keys: readonly RowKey[], changes: Partial<E>): Promise<void> {
    const assignments = this.changedColumns(changes).map((column) => this.assign(column, [changes], []));
    await this.runUpdate(assignments, anyKey(keys));
  }

  /** Updates each row with its own values, and does not tell `Database.onChange`. @param updates change the same columns in every row */
  async updateEach(updates: readonly RowUpdate<E>[]): Promise<void> {
    await this.runUpdate(this.assignEach(updates), anyKey(updates.map(({ row }) => row)));
  }

  /**
   * Updates each row with its own values, and increments its version.
   *
   * @param updates change the same columns in every row
   * @returns how many rows still had their version; if that is not all of them, roll the transaction back
   */
  updateVersioned(updates: readonly VersionedUpdate<E>[]): Promise<number> {
    const { manager, entity } = this;
    for (const { row } of updates) {
      recordChange(manager, { entity, tenantId: row.tenantId, id: row.id, isNew: false });
    }
    const conditions = updates.map(({ row }) => ({
      sql: `${KEY_CONDITION} AND version = ?`,
      parameters: [row.tenantId, row.id, row.version],
    }));
    return this.runUpdate(
      [...this.assignEach(updates), { sql: 'version = version + 1', parameters: [] }],
      anyOf(conditions),
    );
  }

  private async runUpdate(assignments: Fragment[], where: Fragment): Promise<number> {
    const sql = `UPDATE ${this.table} SET ${assignments.map((each) => each.sql).join(', ')} WHERE ${where.sql}`;
    const parameters = [...assignments.flatMap((each) => each.parameters), ...where.parameters];
    return (await this.run(sql, parameters)).affected ?? 0;
  }

  private assignEach(updates: readonly RowUpdate<E>[]): Fragment[] {
    const changes = updates.map((update) => update.changes);
    const ids = updates.map(({ row }) => row.id);
    return this.changedColumns(changes[0] ?? {}).map((column) => this.assign(column, changes, ids));
  }

  private assign(column: ColumnMetadata, changes: Partial<E>[], ids: string[]): Fragment {
    const name = this.nameOf(column);
    const values = changes.map((each) => this.prepare(column, each));
    if (values.every((value) => isSame(value, values[0]))) return { sql: `${name} = ?`, parameters: [values[0]] };
    const cases = ids.map(() => 'WHEN ? THEN ?').join(' ');
    return { sql: `${name} = CASE id ${cases} END`, parameters: ids.flatMap((id, index) => [id, values[index]]) };
  }

  private changedColumns(changes: Partial<E>): ColumnMetadata[] {
    return this.columns.filter(({ propertyName }) => propertyName in changes);
  }

  private run(sql: string, parameters: unknown[]) {
    const { queryRunner } = this.manager;
    if (!queryRunner) throw new Error('bulk statements must run in a transaction');
    return queryRunner.query(sql, parameters, true);
  }

  private prepare(column: ColumnMetadata, row: Partial<E>): unknown {
    const value = row[column.propertyName as keyof E];
    return this.manager.connection.driver.preparePersistentValue(value, column) as unknown;
  }

  private hydrate(record: Record<string, unknown>): E {
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

function anyKey(keys: readonly RowKey[]): Fragment {
  return anyOf(keys.map(({ tenantId, id }) => ({ sql: KEY_CONDITION, parameters: [tenantId, id] })));
}

function anyOf(conditions: readonly Fragment[]): Fragment {
  const sql = conditions.map((condition) => `(${condition.sql})`).join(' OR ');
  return { sql, parameters: conditions.flatMap(({ parameters }) => parameters) };
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
