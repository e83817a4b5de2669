import { Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { PrimaryId, TextColumn } from '../database/index.js';
import { Action } from './action.entity.js';

/** A piece of the text that an action's document was given as, cut like a piece of the document. */
@Entity('source_parts')
export class SourcePart {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('action_id')
  actionId!: string;

  @PrimaryColumn({ name: 'position', type: 'int' })
  position!: number;

  @ManyToOne(() => Action, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'tenant_id', referencedColumnName: 'tenantId' },
    { name: 'action_id', referencedColumnName: 'id' },
  ])
  action?: Action;

  @TextColumn('data')
  data!: string;
}
