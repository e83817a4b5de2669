import { Column, Entity, Index } from 'typeorm';
import { IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';

/** A row whose secret does not open, so that it could not be sealed anew. */
export interface RotationFailure {
  tenant_id: string;
  table: string;
  row_id: string;
}

/**
 * One rotation of keys. It goes through the tenants in the order of their ids. Whoever works at it holds its lease; each write of what has
 * been done names the fence that came with the lease, in the transaction of the work itself.
 */
@Entity('vault_rotations')
@Index('vault_rotations_running', ['runningFor'], { unique: true })
@Index('vault_rotations_by_creation', ['createdAt', 'id'])
export class VaultRotation {
  @PrimaryId('id')
  id!: string;

  /** Which keys: those that wrap data keys, or the data keys. */
  @Column({ name: 'scope', type: 'varchar', length: 16 })
  scope!: 'kek' | 'data';

  /** Of this tenant alone. It outlives the tenant, so it refers to nothing. */
  @IdColumn('tenant_id', { nullable: true })
  tenantId!: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: 'running' | 'completed';

  /** Scope and tenant while it runs: there is one such rotation at a time. */
  @Column({ name: 'running_for', type: 'varchar', length: 64, nullable: true })
  runningFor!: string | null;

  /** How much there was to do at its start. */
  @Column({ name: 'total', type: 'int', nullable: true })
  total!: number | null;

  @Column({ name: 'done', type: 'int' })
  done!: number;

  @Column({ name: 'failed', type: 'int' })
  failed!: number;

  /** Some of them. */
  @JsonColumn('failures')
  failures!: RotationFailure[];

  /** The last tenant that is done. */
  @IdColumn('position', { nullable: true })
  position!: string | null;

  /** Why it has come to a halt; it goes on by itself. */
  @Column({ name: 'error', type: 'varchar', length: 500, nullable: true })
  error!: string | null;

  /** Counts the leases. */
  @Column({ name: 'fence', type: 'int' })
  fence!: number;

  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('completed_at', { nullable: true })
  completedAt!: Date | null;
}
