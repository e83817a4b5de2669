import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Tenant } from '../tenants/index.js';
import type { TraceStep } from './trace-log.js';

/** Steps of a sign-in or of a refresh, as they were taken together. Secrets have been taken out before. */
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

  /** Of the sign-in, or of the connection whose token was renewed. */
  @IdColumn('subject_id')
  subjectId!: string;

  @JsonColumn('steps')
  steps!: TraceStep[];

  /** Of the last of the steps that has a diagnosis, so that lists need not read them. */
  @Column({ name: 'diagnosis_code', type: 'varchar', length: 64, nullable: true })
  diagnosisCode!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;
}
