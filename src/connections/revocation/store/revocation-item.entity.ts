import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../../database/index.js';
import { SealedColumn } from '../../../vault/index.js';
import { Revocation } from './revocation.entity.js';

/** The values of `token_type_hint` (RFC 7009, section 2.1). */
export type TokenKind = 'access_token' | 'refresh_token';

/**
 * The tokens of an ended connection, until the provider has revoked them (RFC 7009). Tokens and client secret are copies of sealed columns with
 * the seal contexts of the originals, so the item outlives the connection and the action.
 */
@Entity('revocation_items')
@Index('revocation_items_due', ['status', 'host', 'nextAttemptAt'])
@Index('revocation_items_by_status', ['tenantId', 'revocationId', 'status'])
export class RevocationItem {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('connection_id')
  connectionId!: string;

  /** The connection version that had these tokens. */
  @PrimaryColumn({ name: 'version', type: 'int' })
  version!: number;

  @IdColumn('revocation_id')
  revocationId!: string;

  @BelongsTo(() => Revocation, 'revocation_id')
  revocation?: Revocation;

  @IdColumn('action_id')
  actionId!: string;

  /** Host and port of the revocation URL. Concurrency is limited per host. */
  @Column({ name: 'host', type: 'varchar', length: 270 })
  host!: string;

  /** The action's `auth_settings`. */
  @JsonColumn('auth_settings')
  authSettings!: Record<string, unknown>;

  /** The action's `auth_secrets`; `null` once the item has ended. */
  @SealedColumn('auth_secrets', { table: 'actions', column: 'auth_secrets', rowId: 'actionId' })
  authSecrets!: string | null;

  /** The connection's `tokens`; `null` once the item has ended. */
  @SealedColumn('tokens', { table: 'connections', column: 'tokens', rowId: 'connectionId' })
  tokens!: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: 'pending' | 'confirmed' | 'failed';

  /** The token that needs no further request: the provider confirmed its revocation, or does not revoke tokens of its kind. */
  @Column({ name: 'settled_token', type: 'varchar', length: 16, nullable: true })
  settledToken!: TokenKind | null;

  @Column({ name: 'attempts', type: 'int' })
  attempts!: number;

  /** The provider is not asked before this time. */
  @TimeColumn('next_attempt_at', { nullable: true })
  nextAttemptAt!: Date | null;

  /** Why it failed, or has not succeeded yet. */
  @Column({ name: 'error_code', type: 'varchar', length: 64, nullable: true })
  errorCode!: string | null;
}
