import type { EntityManager } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

interface VersionedRow {
  tenantId: string;
  id: string;
  version: number;
}

/** New values of a row, valid for the version that was read. */
export interface VersionedUpdate<E extends VersionedRow> {
  row: VersionedRow;
  changes: Partial<E>;
}

/**
 * Updates many rows of a table, each with its own values, and increments their versions. One statement costs a fraction of one `update` per
 * row (decision record 16).
 *
 * @param manager of the transaction
 * @param updates change the same columns in every row
 * @returns how many rows still had their version; if that is not all of them, roll the transaction back
 */
export async function updateVersioned<E extends VersionedRow>(
  manager: EntityManager,
  entity: new () => E,
  updates: readonly VersionedUpdate<E>[],
): Promise<number> {
  const [first] = updates;
  if (!first) return 0;
  const { driver } = manager.connection;
  const parameters: unknown[] = [];
  const placeholder = (value: unknown) => {
    parameters.push(value);
    return '?';
  };
  const assignment = (column: ColumnMetadata) => {
    const values = updates.map(
      ({ changes }) => driver.preparePersistentValue(changes[column.propertyName as keyof E], column) as unknown,
    );
    const name = driver.escape(column.databaseName);
    if (values.every((value) => isSame(value, values[0]))) return `${name} = ${placeholder(values[0])}`;
    const cases = updates.map(({ row }, index) => `WHEN ${placeholder(row.id)} THEN ${placeholder(values[index])}`);
    return `${name} = CASE id ${cases.join(' ')} END`;
  };
  const { tablePath, columns } = manager.connection.getMetadata(entity);
  const assignments = columns.filter(({ propertyName }) => propertyName in first.changes).map(assignment);
  const conditions = updates.map(
    ({ row }) =>
      `(tenant_id = ${placeholder(row.tenantId)} AND id = ${placeholder(row.id)} AND version = ${placeholder(row.version)})`,
  );
  const sql = `UPDATE ${driver.escape(tablePath)} SET ${[...assignments, 'version = version + 1'].join(', ')} WHERE ${conditions.join(' OR ')}`;
  const result = await manager.queryRunner?.query(sql, parameters, true);
  if (!result) throw new Error('updateVersioned must be called in a transaction');
  return result.affected ?? 0;
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
