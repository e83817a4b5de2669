import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Tenant } from '../../tenants/index.js';

/** A line that could not be imported. It contains nothing of the line except the names of fields. */
export interface LineFailure {
  /** The number of the line in the body, from 1. */
  line: number;
  code: string;
  /** JSON pointer to the field at fault, if there is one. */
  pointer?: string;
}

/** How many failures an import lists. */
export const MAX_FAILURES = 100;

/**
 * An import of connections. Its lines are stored sealed while its body is received, and are then processed in batches. The process that
 * works on a batch holds the lease; the fencing token makes sure that no other process stores the same batch.
 */
@Entity('connection_imports')
@Index('connection_imports_by_status', ['status', 'createdAt'])
export class ConnectionImport {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: 'receiving' | 'running' | 'completed';

  /** The number of lines, without blank ones. */
  @Column({ name: 'total', type: 'int' })
  total!: number;

  /** Lines that were stored as connections. */
  @Column({ name: 'created', type: 'int' })
  created!: number;

  /** The part of `created` that replaced the tokens of an existing connection. */
  @Column({ name: 'replaced', type: 'int' })
  replaced!: number;

  /** Lines of users who had an active connection. */
  @Column({ name: 'skipped', type: 'int' })
  skipped!: number;

  @Column({ name: 'failed', type: 'int' })
  failed!: number;

  /** The first failures. */
  @JsonColumn('failures')
  failures!: LineFailure[];

  /** Incremented when a process takes the lease. */
  @Column({ name: 'fencing_token', type: 'int' })
  fencingToken!: number;

  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('completed_at', { nullable: true })
  completedAt!: Date | null;
}
