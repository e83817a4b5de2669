import { Column, Entity, Index } from 'typeorm';
import { IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';

/** A row whose secret cannot be unsealed, and was not resealed. */
export interface RotationFailure {
  tenant_id: string;
  table: string;
  row_id: string;
}

/** How many failures a rotation lists. */
export const MAX_FAILURES = 20;

/**
 * A rotation of keys. It processes tenants in the order of their ids. The process that runs it holds its lease, and records progress under
 * the fencing token of the lease, in the transaction of the work.
 */
@Entity('vault_rotations')
@Index('vault_rotations_running', ['runningScope'], { unique: true })
@Index('vault_rotations_by_creation', ['createdAt', 'id'])
export class VaultRotation {
  @PrimaryId('id')
  id!: string;

  /** The keys to rotate: key-encryption keys or data keys. */
  @Column({ name: 'scope', type: 'varchar', length: 16 })
  scope!: 'kek' | 'data';

  /** The only tenant to rotate; `null` for all. Not a foreign key: the rotation outlives the tenant. */
  @IdColumn('tenant_id', { nullable: true })
  tenantId!: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: 'running' | 'completed';

  /** Scope and tenant while it runs, `null` afterwards. Unique: one rotation of a scope runs at a time. */
  @Column({ name: 'running_scope', type: 'varchar', length: 64, nullable: true })
  runningScope!: string | null;

  /** The number of secrets or data keys counted at the start. */
  @Column({ name: 'total', type: 'int', nullable: true })
  total!: number | null;

  @Column({ name: 'done', type: 'int' })
  done!: number;

  @Column({ name: 'failed', type: 'int' })
  failed!: number;

  /** The first failures. */
  @JsonColumn('failures')
  failures!: RotationFailure[];

  /** The last tenant that is complete. */
  @IdColumn('last_tenant_id', { nullable: true })
  lastTenantId!: string | null;

  /** Why it was interrupted. It resumes by itself. */
  @Column({ name: 'error', type: 'varchar', length: 500, nullable: true })
  error!: string | null;

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
