import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';

/** An assistant of a tenant. It has actions. */
@Entity('gpts')
@Index('gpts_by_creation', ['tenantId', 'createdAt', 'id'])
export class Gpt {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  @Column({ name: 'name', type: 'varchar', length: 200 })
  name!: string;

  @Column({ name: 'description', type: 'varchar', length: 1000 })
  description!: string;

  @TextColumn('instructions')
  instructions!: string;

  /** Incremented by every change of the GPT or its actions; caches of compiled operations are keyed by it. */
  @Column({ name: 'revision', type: 'int' })
  revision!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
