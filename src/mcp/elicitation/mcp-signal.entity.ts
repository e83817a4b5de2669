import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId, TimeColumn } from '../../database/index.js';
import { Tenant } from '../../tenants/index.js';

/** What a client told one replica for a request that another may be serving: the answer to a question, or that it was cancelled. */
@Entity('mcp_signals')
@Index('mcp_signals_by_expiry', ['expiresAt'])
export class McpSignal {
  @PrimaryId('tenant_id')
  tenantId!: string;

  /** A digest of the session and of the request. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 64 })
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** `null` until it is sent, if a request waits for it. */
  @Column({ name: 'value', type: 'varchar', length: 16, nullable: true })
  value!: string | null;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
