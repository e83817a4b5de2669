import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { IdColumn, JsonColumn, TimeColumn } from '../database/index.js';

/** One thing that somebody did. Without a tenant it concerns the deployment. It outlives what it tells of, so it refers to nothing. */
@Entity('audit_events')
@Index('audit_events_by_tenant', ['tenantId', 'createdAt', 'id'])
export class AuditEvent {
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 40 })
  id!: string;

  @IdColumn('tenant_id', { nullable: true })
  tenantId!: string | null;

  @Column({ name: 'type', type: 'varchar', length: 64 })
  type!: string;

  @JsonColumn('actor')
  actor!: Record<string, string>;

  @Column({ name: 'target_id', type: 'varchar', length: 40 })
  targetId!: string;

  @JsonColumn('details')
  details!: Record<string, unknown>;

  @TimeColumn('created_at')
  createdAt!: Date;
}
