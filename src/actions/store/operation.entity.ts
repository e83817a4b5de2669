import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/** One operation of an action, as far as lists and look-ups need it; the rest is compiled from the document. */
@Entity('operations')
export class Operation {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('action_id')
  actionId!: string;

  /** Its place in the document. */
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

  @Column({ name: 'is_consequential', type: 'boolean' })
  isConsequential!: boolean;

  @Column({ name: 'requires_auth', type: 'boolean' })
  requiresAuth!: boolean;
}
