import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Tenant } from './tenant.entity.js';

/** A key of a tenant. The key itself is shown once and never stored. */
@Entity('api_keys')
@Index('api_keys_by_id', ['id'], { unique: true })
export class ApiKey {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  @Column({ name: 'role', type: 'varchar', length: 16 })
  role!: 'admin' | 'runtime';

  @Column({ name: 'name', type: 'varchar', length: 200 })
  name!: string;

  /** The GPTs that it is for; all of the tenant's where it is empty. Their deletion does not widen it. */
  @JsonColumn('gpt_ids', { nullable: true })
  gptIds!: string[] | null;

  /** The key that has replaced it. */
  @IdColumn('replaced_by', { nullable: true })
  replacedBy!: string | null;

  @DigestColumn('digest')
  digest!: string;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at', { nullable: true })
  expiresAt!: Date | null;

  @TimeColumn('revoked_at', { nullable: true })
  revokedAt!: Date | null;

  @TimeColumn('last_used_at', { nullable: true })
  lastUsedAt!: Date | null;
}

/** What is announced when a key changes: under this it is remembered. */
export function keyTopicId({ id, digest }: Pick<ApiKey, 'id' | 'digest'>): string {
  return `${id} ${digest}`;
}
