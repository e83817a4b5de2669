import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';
import type { TraceStep } from './trace-log.js';

/** Steps of a sign-in or a refresh that were stored together. Secrets are already redacted. */
@Entity('traces')
@Index('traces_by_subject', ['tenantId', 'subjectId', 'createdAt', 'id'])
@Index('traces_by_creation', ['createdAt'])
export class Trace {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** Id of the sign-in, or of the connection that was refreshed. */
  @IdColumn('subject_id')
  subjectId!: string;

  @JsonColumn('steps')
  steps!: TraceStep[];

  /** Code of the last diagnosis in `steps`, so that lists do not have to read the steps. */
  @Column({ name: 'diagnosis_code', type: 'varchar', length: 64, nullable: true })
  diagnosisCode!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;
}
