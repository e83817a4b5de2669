import { Column, JoinColumn, ManyToOne, PrimaryColumn, type ColumnOptions } from 'typeorm';

/** `act-` and 26 characters, with room for longer prefixes. */
const ID_LENGTH = 40;

/** An id, ours, as part of the primary key. */
export function PrimaryId(name: string): PropertyDecorator {
  return PrimaryColumn({ name, type: 'varchar', length: ID_LENGTH });
}

/** An id, ours, of another row. */
export function IdColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'varchar', length: ID_LENGTH });
}

/** A SHA-256 in hex. */
export function DigestColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'varchar', length: 64 });
}

/** A point in time, to the millisecond, in UTC. */
export function TimeColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'datetime', precision: 3 });
}

/** Text of up to 64 KiB, the most that a `text` holds on every database. */
export function TextColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'text' });
}

/** A value that is read and written whole, as JSON. */
export function JsonColumn(name: string, options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, name, type: 'simple-json' });
}

/**
 * The row that a row is deleted with: its tenant, or another one of the same tenant.
 *
 * @param idColumn of the id of the other one
 */
export function BelongsTo(entity: () => new () => object, idColumn?: string): PropertyDecorator {
  const tenant = { name: 'tenant_id', referencedColumnName: 'tenantId' };
  const columns = idColumn ? [tenant, { name: idColumn, referencedColumnName: 'id' }] : [{ name: 'tenant_id' }];
  return (prototype, property) => {
    ManyToOne(entity, { onDelete: 'CASCADE' })(prototype, property as string);
    JoinColumn(columns)(prototype, property as string);
  };
}
