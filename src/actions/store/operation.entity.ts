import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BelongsTo, JsonColumn, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/** The columns of an operation that lists and look-ups need. The rest is compiled from the document. */
@Entity('operations')
export class Operation {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('action_id')
  actionId!: string;

  /** The position in the document. */
  @PrimaryColumn({ name: 'position', type: 'int' })
  position!: number;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  @TextColumn('operation_id')
  operationId!: string;

  @Column({ name: 'method', type: 'varchar', length: 16 })
  method!: string;

  @TextColumn('path')
  path!: string;

  @TextColumn('summary', { nullable: true })
  summary!: string | null;

  /** `null` for operations that an earlier version imported. */
  @JsonColumn('tags', { nullable: true })
  tags!: string[] | null;

  @Column({ name: 'is_consequential', type: 'boolean' })
  isConsequential!: boolean;

  @Column({ name: 'requires_auth', type: 'boolean' })
  requiresAuth!: boolean;
}
