import { AfterLoad, Column, Entity, Index, VirtualColumn } from 'typeorm';
import { Action } from '../../actions/index.js';
import {
  BelongsTo,
  DigestColumn,
  IdColumn,
  JsonColumn,
  PrimaryId,
  TextColumn,
  TimeColumn,
} from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import type { Concern } from '../../oauth/index.js';
import { SealedColumn } from '../../vault/index.js';
import { currentEpochSql } from './epochs.js';

export const CONNECTION_STATUSES = ['active', 'reconnect_required', 'revoked'] as const;

/** What the last failed refresh was about: the response, or stored data that cannot be used, or an internal error. */
export type RefreshConcern = Concern | 'unusable' | 'internal';

/** Operations whose calls the API rejected although their access token was new. */
export interface RejectedOperations {
  /** Digests of operation ids. */
  readonly operations: readonly string[];
  /** When the last rejection caused a refresh or a sign-in. RFC 3339. */
  readonly at: string;
  /** Whether the user has to sign in because of the last rejection: there is no refresh token. */
  readonly awaitsSignIn?: true;
}

export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

/**
 * One end user's tokens for one action.
 *
 * `version` fences every write: a change of tokens or status requires the version that was read, and increments it. The lease belongs to the
 * process that is refreshing the tokens.
 */
@Entity('connections')
@Index('connections_by_user', ['tenantId', 'actionId', 'userDigest'], { unique: true })
@Index('connections_by_creation', ['tenantId', 'createdAt', 'id'])
@Index('connections_by_user_name', ['tenantId', 'user'])
@Index('connections_of_user', ['tenantId', 'userDigest', 'createdAt', 'id'])
@Index('connections_of_gpt', ['tenantId', 'gptId', 'createdAt', 'id'])
@Index('connections_of_action', ['tenantId', 'actionId', 'createdAt', 'id'])
@Index('connections_by_status', ['tenantId', 'status', 'createdAt', 'id'])
@Index('connections_due', ['status', 'backgroundRefreshAt'])
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

  /** Identifies the user. A collation may treat `Ann`, `ann` and `ann ` as equal. */
  @DigestColumn('user_digest')
  userDigest!: string;

  @Column({ name: 'domain', type: 'varchar', length: 270 })
  domain!: string;

  /** The action's binding version when the user signed in. */
  @Column({ name: 'binding_version', type: 'int' })
  bindingVersion!: number;

  /** The epoch at which the user signed in (`epochs.ts`). */
  @Column({ name: 'epoch', type: 'int', default: 0 })
  epoch!: number;

  /** Whether an epoch has ended the connection. It is computed when the row is read. */
  @VirtualColumn({
    type: 'int',
    query: (row) => `${row}.epoch < ${currentEpochSql(row)}`,
    // MySQL returns the result of a comparison as a 64-bit integer, which the driver returns as a text.
    transformer: { from: (value: unknown) => Number(value) === 1, to: (value: unknown) => value },
  })
  readonly isSuperseded?: boolean;

  /** A connection that an epoch has ended is read as `revoked`, also before the job has reached its row. */
  @Column({ name: 'status', type: 'varchar', length: 32 })
  status!: ConnectionStatus;

  /** Access and refresh token, sealed together; `null` once the connection has ended. */
  @SealedColumn('tokens', { table: 'connections', column: 'tokens', rowId: 'id' })
  tokens!: string | null;

  @Column({ name: 'has_refresh_token', type: 'boolean' })
  hasRefreshToken!: boolean;

  @Column({ name: 'token_type', type: 'varchar', length: 64 })
  tokenType!: string;

  /** The granted scope, or the requested one if the provider does not say. */
  @TextColumn('scope', { nullable: true })
  scope!: string | null;

  /** The scope that the sign-in asked for; `null` if it asked for none, or before this was stored. */
  @TextColumn('requested_scope', { nullable: true })
  requestedScope!: string | null;

  @TimeColumn('expires_at', { nullable: true })
  expiresAt!: Date | null;

  /** A call after this time refreshes the token first. */
  @TimeColumn('call_refresh_at', { nullable: true })
  callRefreshAt!: Date | null;

  /** The background job refreshes the token after this time. */
  @TimeColumn('background_refresh_at', { nullable: true })
  backgroundRefreshAt!: Date | null;

  @Column({ name: 'version', type: 'int' })
  version!: number;

  @IdColumn('lease_owner', { nullable: true })
  leaseOwner!: string | null;

  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  /** Refreshes that failed in a row. A rejected refresh token does not count. */
  @Column({ name: 'refresh_failures', type: 'int' })
  refreshFailures!: number;

  /** After a failure, the provider is not asked before this time. */
  @TimeColumn('retry_at', { nullable: true })
  retryAt!: Date | null;

  /** What the last refresh failed for; `null` after one that succeeded, and after a change of the settings. */
  @Column({ name: 'refresh_concern', type: 'varchar', length: 32, nullable: true })
  refreshConcern!: RefreshConcern | null;

  /** When the first of several unreadable responses in a row arrived. */
  @TimeColumn('unreadable_since', { nullable: true })
  unreadableSince!: Date | null;

  @Column({ name: 'unreadable_responses', type: 'int', default: 0 })
  unreadableResponses!: number;

  @JsonColumn('rejected_operations', { nullable: true })
  rejectedOperations!: RejectedOperations | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('last_refreshed_at', { nullable: true })
  lastRefreshedAt!: Date | null;

  @TimeColumn('last_used_at', { nullable: true })
  lastUsedAt!: Date | null;
}

// A listener that is not a member of the class: rows are also plain objects.
Object.defineProperty(Connection.prototype, 'applyEpoch', {
  value(this: Connection): void {
    if (this.isSuperseded) this.status = 'revoked';
  },
});
AfterLoad()(Connection.prototype, 'applyEpoch');
