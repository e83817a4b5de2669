import { TableForeignKey, TableIndex, type TableColumnOptions } from 'typeorm';

/*
 * Column types, keys and indexes as migrations create them. Released migrations depend on these helpers, so they never change: add a new one
 * instead.
 */

export const id = (name: string): TableColumnOptions => varchar(name, 40);
export const key = (name: string): TableColumnOptions => ({ ...id(name), isPrimary: true });
export const digest = (name: string): TableColumnOptions => varchar(name, 64);
export const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
export const time = (name: string): TableColumnOptions => ({ name, type: 'datetime', precision: 3 });
export const int = (name: string): TableColumnOptions => ({ name, type: 'integer' });
export const bool = (name: string): TableColumnOptions => ({ name, type: 'boolean' });
export const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

export function varchar(name: string, length: number): TableColumnOptions {
  return { name, type: 'varchar', length: String(length) };
}

export const toTenant = new TableForeignKey({
  columnNames: ['tenant_id'],
  referencedTableName: 'tenants',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
});

/** Returns a foreign key that includes the tenant's id, so that a row cannot refer to another tenant's row. */
export function toItem(column: string, table: string): TableForeignKey {
  return new TableForeignKey({
    columnNames: ['tenant_id', column],
    referencedTableName: table,
    referencedColumnNames: ['tenant_id', 'id'],
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  });
}

export const index = (name: string, ...columnNames: string[]) => new TableIndex({ name, columnNames });
export const unique = (name: string, ...columnNames: string[]) => new TableIndex({ name, columnNames, isUnique: true });
