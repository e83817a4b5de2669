import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, JsonColumn, PrimaryId, TimeColumn } from '../../../database/index.js';
import { Tenant } from '../../../tenants/index.js';

/** A command that ended connections. Its items are the token revocations at the providers. */
@Entity('revocations')
@Index('revocations_by_creation', ['tenantId', 'createdAt', 'id'])
export class Revocation {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** The filter of the connections to end, as sent by the client. */
  @JsonColumn('scope')
  scope!: Record<string, string | boolean>;

  @Column({ name: 'reason', type: 'varchar', length: 32 })
  reason!: string;

  /** Number of ended connections. */
  @Column({ name: 'total', type: 'int' })
  total!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  /** When the last item was confirmed or given up. */
  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
