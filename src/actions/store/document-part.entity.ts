import { Entity, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/**
 * A piece of an action's document: gzip in base64, cut so that no piece outgrows a `text` column and no statement a
 * server's packet limit, however large and random the document is.
 */
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
