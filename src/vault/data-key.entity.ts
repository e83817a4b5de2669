import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';

/** A tenant's data key, wrapped under a key-encryption key. Deleting the tenant deletes it, and makes the tenant's secrets unreadable. */
@Entity('data_keys')
@Index('data_keys_by_version', ['tenantId', 'version'], { unique: true })
export class DataKey {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** Incremented by each rotation. The highest version is the tenant's primary key, which seals new secrets. */
  @Column({ name: 'version', type: 'int' })
  version!: number;

  /** The id of the key-encryption key that wraps it. */
  @IdColumn('kek_id')
  kekId!: string;

  @TextColumn('wrapped')
  wrapped!: string;

  /** The rotation that created it; `null` for the first key of a tenant. */
  @IdColumn('rotation_id', { nullable: true })
  rotationId!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;
}
