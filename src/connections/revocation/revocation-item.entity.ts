import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { SealedColumn } from '../../vault/index.js';
import { Revocation } from './revocation.entity.js';

/**
 * The tokens of one connection that has ended here, until its provider has been told (RFC 7009). They and the client registration
 * are copies of the sealed columns, which open under the places they were sealed to; so they outlive the connection and the action.
 */
@Entity('revocation_items')
@Index('revocation_items_due', ['status', 'host', 'nextAt'])
@Index('revocation_items_by_status', ['tenantId', 'revocationId', 'status'])
export class RevocationItem {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('connection_id')
  connectionId!: string;

  /** Of the connection, when it had these tokens. */
  @PrimaryColumn({ name: 'version', type: 'int' })
  version!: number;

  @IdColumn('revocation_id')
  revocationId!: string;

  @BelongsTo(() => Revocation, 'revocation_id')
  revocation?: Revocation;

  @IdColumn('action_id')
  actionId!: string;

  /** Of the revocation URL, with its port: no host is asked by too many at once. */
  @Column({ name: 'host', type: 'varchar', length: 270 })
  host!: string;

  /** `auth_settings` of the action. */
  @JsonColumn('settings')
  settings!: Record<string, unknown>;

  /** `auth_secrets` of the action; nothing once this has ended. */
  @SealedColumn('secrets', { table: 'actions', column: 'auth_secrets', rowId: 'actionId' })
  secrets!: string | null;

  /** `tokens` of the connection; nothing once this has ended. */
  @SealedColumn('tokens', { table: 'connections', column: 'tokens', rowId: 'connectionId' })
  tokens!: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: 'pending' | 'confirmed' | 'failed';

  @Column({ name: 'attempts', type: 'int' })
  attempts!: number;

  /** Nobody asks the provider before this. */
  @TimeColumn('next_at', { nullable: true })
  nextAt!: Date | null;

  /** Why it failed, or has not succeeded yet. */
  @Column({ name: 'error_code', type: 'varchar', length: 64, nullable: true })
  errorCode!: string | null;
}
