import { Column, Entity, Index } from 'typeorm';
import { Action } from '../../actions/index.js';
import { BelongsTo, IdColumn, PrimaryId } from '../../database/index.js';
import { SealedColumn, type SealContext } from '../../vault/index.js';
import { ConnectionImport } from './connection-import.entity.js';

/** A line of an import that was not processed yet. It is deleted with its action. */
@Entity('connection_import_lines')
@Index('connection_import_lines_in_order', ['tenantId', 'importId', 'line'])
@Index('connection_import_lines_by_action', ['tenantId', 'actionId'])
export class ConnectionImportLine {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('import_id')
  importId!: string;

  @BelongsTo(() => ConnectionImport, 'import_id')
  import?: ConnectionImport;

  @IdColumn('action_id')
  actionId!: string;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  /** The number of the line in the body, from 1. */
  @Column({ name: 'line', type: 'int' })
  line!: number;

  /** The whole line, sealed. */
  @SealedColumn('data', { table: 'connection_import_lines', column: 'data', rowId: 'id' })
  data!: string | null;
}

/** Returns the seal context of a line. */
export function lineContext({ tenantId, id }: Pick<ConnectionImportLine, 'tenantId' | 'id'>): SealContext {
  return { tenantId, table: 'connection_import_lines', rowId: id, column: 'data' };
}
