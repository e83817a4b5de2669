import { Entity, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/** A part of the original text of an action's document, split like the document. */
@Entity('source_parts')
export class SourcePart {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('action_id')
  actionId!: string;

  @PrimaryColumn({ name: 'position', type: 'int' })
  position!: number;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  @TextColumn('data')
  data!: string;
}
