import type { EntityManager, EntityMetadata } from 'typeorm';
import type { TenantItem } from './tenant-store.js';

/** What names a row. */
export interface RowKey {
  tenantId: string;
  id: string;
}

/** A change of one row, made only as long as the row still is at that version. */
export interface VersionedChange<E> extends RowKey {
  version: number;
  changes: Partial<E>;
}

type EntityClass<E> = new () => E;

/**
 * Statements for many rows at once. TypeORM writes and reads each row of its own with several times the work of the database itself, and
 * where the database is another process, it is asked once for each.
 */

/** Reads rows by their keys, in no order. @param lock for the rest of the transaction, as in `FOR UPDATE` */
export async function selectByKey<E extends TenantItem>(
  manager: EntityManager,
  entity: EntityClass<E>,
  keys: readonly RowKey[],
  lock = '',
): Promise<E[]> {
  const { table, columns, driver } = describe(manager, entity);
  const names = columns.map(({ name }) => name).join(', ');
  const sql = `SELECT ${names} FROM ${table} WHERE ${anyOf(keys, 'tenant_id = ? AND id = ?')} ${lock}`;
  const rows = (await manager.query(sql, keys.flatMap(keyOf))) as Record<string, unknown>[];
  const read = (row: Record<string, unknown>) =>
    columns.map(({ property, metadata }) => [
      property,
      driver.prepareHydratedValue(row[metadata.databaseName], metadata) as unknown,
    ]);
  return rows.map((row) => Object.fromEntries(read(row)) as E);
}

/** Makes the same changes to many rows. */
export async function updateByKey<E extends TenantItem>(
  manager: EntityManager,
  entity: EntityClass<E>,
  keys: readonly RowKey[],
  changes: Partial<E>,
): Promise<void> {
  const { table, columns, driver } = describe(manager, entity);
  const changed = columns.filter(({ property }) => property in changes);
  const values = changed.map(({ property, metadata }) => driver.preparePersistentValue(changes[property as keyof E], metadata));
  const sets = changed.map(({ name }) => `${name} = ?`).join(', ');
  const where = anyOf(keys, 'tenant_id = ? AND id = ?');
  await manager.query(`UPDATE ${table} SET ${sets} WHERE ${where}`, [...values, ...keys.flatMap(keyOf)]);
}
