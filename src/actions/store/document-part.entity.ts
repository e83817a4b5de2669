import { Entity, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/** A part of an action's document as base64 of gzip. Parts fit a `text` column, whatever the size of the document. */
@Entity('document_parts')
export class DocumentPart {
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
