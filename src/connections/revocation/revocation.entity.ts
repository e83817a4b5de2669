import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Tenant } from '../../tenants/index.js';

/** A command that ended connections, and what their providers are still to be told. */
@Entity('revocations')
@Index('revocations_by_creation', ['tenantId', 'createdAt', 'id'])
export class Revocation {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** What was to be ended, as the client named it. */
  @JsonColumn('scope')
  scope!: Record<string, string | boolean>;

  @Column({ name: 'reason', type: 'varchar', length: 32 })
  reason!: string;

  /** How many connections it ended. */
  @Column({ name: 'total', type: 'int' })
  total!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  /** When the last provider had been told, or been given up. */
  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
