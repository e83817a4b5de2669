import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, DigestColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';

/** A call that waits for its user to agree. The token that lets it go on is kept as a digest, and works once. */
@Entity('confirmations')
@Index('confirmations_by_expiry', ['expiresAt'])
export class ConfirmationRow {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryColumn({ name: 'token_digest', type: 'varchar', length: 64 })
  tokenDigest!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** Of everything that the user agrees to. */
  @DigestColumn('call_digest')
  callDigest!: string;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
