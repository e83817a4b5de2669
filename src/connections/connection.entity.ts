import { Column, Entity, Index } from 'typeorm';
import { Action } from '../actions/index.js';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';
import { Gpt } from '../gpts/index.js';
import { SealedColumn } from '../vault/index.js';

export type ConnectionStatus = 'active' | 'reconnect_required' | 'revoked';

/**
 * One end user's tokens for one action.
 *
 * `version` fences every write: who would change tokens or status names the version it has seen, and the change counts it up.
 * The lease says who is at the token endpoint right now.
 */
@Entity('connections')
@Index('connections_by_user', ['tenantId', 'actionId', 'userDigest'], { unique: true })
@Index('connections_by_creation', ['tenantId', 'createdAt', 'id'])
@Index('connections_by_user_name', ['tenantId', 'user'])
@Index('connections_of_user', ['tenantId', 'userDigest', 'createdAt', 'id'])
@Index('connections_of_gpt', ['tenantId', 'gptId', 'createdAt', 'id'])
@Index('connections_of_action', ['tenantId', 'actionId', 'createdAt', 'id'])
@Index('connections_by_status', ['tenantId', 'status', 'createdAt', 'id'])
@Index('connections_due', ['status', 'refreshAt'])
export class Connection {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @IdColumn('action_id')
  actionId!: string;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  @Column({ name: 'user', type: 'varchar', length: 255 })
  user!: string;

  /** What tells users apart: a collation may find `Ann`, `ann` and `ann ` to be the same. */
  @DigestColumn('user_digest')
  userDigest!: string;

  @Column({ name: 'domain', type: 'varchar', length: 270 })
  domain!: string;

  /** Of the action, when the user signed in. */
  @Column({ name: 'binding', type: 'int' })
  binding!: number;

  @Column({ name: 'status', type: 'varchar', length: 32 })
  status!: ConnectionStatus;

  /** Access and refresh token, sealed together; nothing once the connection has ended. */
  @SealedColumn('tokens', { table: 'connections', column: 'tokens', rowId: 'id' })
  tokens!: string | null;

  @Column({ name: 'has_refresh_token', type: 'boolean' })
  hasRefreshToken!: boolean;

  @Column({ name: 'token_type', type: 'varchar', length: 64 })
  tokenType!: string;

  @TextColumn('scope', { nullable: true })
  scope!: string | null;

  @TimeColumn('expires_at', { nullable: true })
  expiresAt!: Date | null;

  /** From when on a call renews the token first. */
  @TimeColumn('due_at', { nullable: true })
  dueAt!: Date | null;

  /** From when on the background renews it. The due list is this column. */
  @TimeColumn('refresh_at', { nullable: true })
  refreshAt!: Date | null;

  @Column({ name: 'version', type: 'int' })
  version!: number;

  @IdColumn('lease_owner', { nullable: true })
  leaseOwner!: string | null;

  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  /** Refreshes that failed in a row, without the refresh token being refused. */
  @Column({ name: 'failures', type: 'int' })
  failures!: number;

  /** After a failure nobody asks the provider before this. */
  @TimeColumn('retry_at', { nullable: true })
  retryAt!: Date | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('last_refreshed_at', { nullable: true })
  lastRefreshedAt!: Date | null;

  @TimeColumn('last_used_at', { nullable: true })
  lastUsedAt!: Date | null;
}
