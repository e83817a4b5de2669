import { TableForeignKey, TableIndex, type TableColumnOptions } from 'typeorm';

export const id = (name: string): TableColumnOptions => ({ name, type: 'varchar', length: '40' });
export const key = (name: string): TableColumnOptions => ({ ...id(name), isPrimary: true });
export const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
export const varchar = (name: string, length: number): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
export const digest = (name: string): TableColumnOptions => varchar(name, 64);
export const time = (name: string): TableColumnOptions => ({ name, type: 'datetime', precision: 3 });
export const int = (name: string): TableColumnOptions => ({ name, type: 'integer' });
export const bool = (name: string): TableColumnOptions => ({ name, type: 'boolean' });
export const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

export const toTenant = new TableForeignKey({
  columnNames: ['tenant_id'],
  referencedTableName: 'tenants',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
});

/** References that name the tenant as well: no row can belong to another tenant's row. */
export const toItem = (column: string, table: string) =>
  new TableForeignKey({
    columnNames: ['tenant_id', column],
    referencedTableName: table,
    referencedColumnNames: ['tenant_id', 'id'],
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  });

export const index = (name: string, ...columnNames: string[]) => new TableIndex({ name, columnNames });
export const unique = (name: string, ...columnNames: string[]) => new TableIndex({ name, columnNames, isUnique: true });
