import { Column, JoinColumn, ManyToOne, PrimaryColumn, type ColumnOptions } from 'typeorm';

/** Fits `act-` and 26 characters, and longer prefixes. */
const ID_LENGTH = 40;

/** An id that is part of the primary key. */
export function PrimaryId(name: string): PropertyDecorator {
  return PrimaryColumn({ name, type: 'varchar', length: ID_LENGTH });
}

/** The id of another row. */
export function IdColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'varchar', length: ID_LENGTH });
}

/** A SHA-256 digest in hex. */
export function DigestColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'varchar', length: 64 });
}

/** A time in UTC, with milliseconds. */
export function TimeColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'datetime', precision: 3 });
}

/** Text of up to 64 KiB, which is the limit of `text` on MySQL and MariaDB. */
export function TextColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'text' });
}

/** A value stored as JSON. */
export function JsonColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'simple-json' });
}

/**
 * A foreign key with cascading deletes, to the tenant or to another row of the same tenant.
 *
 * @param idColumn the column with the id of the other row; without it, the key refers to the tenant
 */
export function BelongsTo(entity: () => new () => object, idColumn?: string): PropertyDecorator {
  const tenant = { name: 'tenant_id', referencedColumnName: 'tenantId' };
  const columns = idColumn ? [tenant, { name: idColumn, referencedColumnName: 'id' }] : [{ name: 'tenant_id' }];
  return (prototype, property) => {
    ManyToOne(entity, { onDelete: 'CASCADE' })(prototype, property as string);
    JoinColumn(columns)(prototype, property as string);
  };
}
