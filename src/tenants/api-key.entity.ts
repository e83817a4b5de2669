import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Tenant } from './tenant.entity.js';

/** An API key of a tenant. The key itself is shown once and never stored. */
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

  /** The GPTs that the key is restricted to; `null` for all. Deleting a GPT does not widen the restriction. */
  @JsonColumn('gpt_ids', { nullable: true })
  gptIds!: string[] | null;

  /** The operations that the key is restricted to, as `act-…/operationId`; `null` for all of its GPTs. */
  @JsonColumn('operation_ids', { nullable: true })
  operationIds!: string[] | null;

  /** The key that replaced this one. */
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

/** Returns the id of a key in caches and their invalidations. */
export function keyTopicId({ id, digest }: Pick<ApiKey, 'id' | 'digest'>): string {
  return `${id} ${digest}`;
}
