import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';

/** A key of one tenant under which its secrets are sealed, itself wrapped. It goes with the tenant, and their secrets with it. */
@Entity('data_keys')
@Index('data_keys_by_version', ['tenantId', 'version'], { unique: true })
export class DataKey {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** Counts up with each rotation; the highest seals what is new. */
  @Column({ name: 'version', type: 'int' })
  version!: number;

  /** The key-encryption key that it is wrapped under. */
  @IdColumn('kek_id')
  kekId!: string;

  @TextColumn('wrapped')
  wrapped!: string;

  /** The rotation that made it; the first key of a tenant has none. */
  @IdColumn('rotation_id', { nullable: true })
  rotationId!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;
}
