import { Injectable } from '@nestjs/common';
import { AuditLog, type Actor } from '../../audit/index.js';
import type { Action } from '../../actions/index.js';
import { Clock, digest, newId } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { TenantStore } from '../../database/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import { Connection } from './connection.entity.js';
import { lifetimeOf } from './lifetime.js';
import { afterSignIn } from './rejected-operations.js';
import { TokenSeal } from './token-seal.js';

/** The columns that change with new tokens. */
export type TokenColumns = Pick<
  Connection,
  | 'tokens'
  | 'hasRefreshToken'
  | 'tokenType'
  | 'scope'
  | 'expiresAt'
  | 'callRefreshAt'
  | 'backgroundRefreshAt'
  | 'leaseOwner'
  | 'leaseUntil'
  | 'refreshFailures'
  | 'retryAt'
  | 'refreshConcern'
  | 'unreadableSince'
  | 'unreadableResponses'
>;

/** The columns that are cleared when a connection ends, including the tokens. */
export const CLEARED_COLUMNS = {
  tokens: null,
  hasRefreshToken: false,
  expiresAt: null,
  callRefreshAt: null,
  backgroundRefreshAt: null,
  leaseOwner: null,
  leaseUntil: null,
  retryAt: null,
  rejectedOperations: null,
};

/** The columns that count failed refreshes, as after a refresh that succeeded. */
export const NO_FAILURES = {
  refreshFailures: 0,
  retryAt: null,
  refreshConcern: null,
  unreadableSince: null,
  unreadableResponses: 0,
};

/** Writes changes of connections. Each change requires the version that it is based on. */
@Injectable()
export class ConnectionWriter {
  constructor(
    private readonly seal: TokenSeal,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Builds the columns for granted tokens, sealed. Call it before the transaction that writes them.
   *
   * @param before the values to keep if the token response omits them: scope (RFC 6749, section 5.1) and refresh token (section 6)
   */
  async tokenColumns(
    connection: Pick<Connection, 'tenantId' | 'id' | 'lastUsedAt'>,
    granted: GrantedTokens,
    before: { scope: string | null; refreshToken?: string },
  ): Promise<TokenColumns> {
    const tokens = { ...granted, refreshToken: granted.refreshToken ?? before.refreshToken };
    const hasRefreshToken = tokens.refreshToken !== undefined;
    const lifetime = lifetimeOf({
      now: this.clock.now(),
      expiresInSeconds: granted.expiresIn,
      hasRefreshToken,
      lastUsedAt: connection.lastUsedAt,
      idleMs: this.settings.refresh.idleMs,
      random: Math.random(),
    });
    return {
      tokens: await this.seal.seal(connection, tokens),
      hasRefreshToken,
      tokenType: granted.tokenType?.slice(0, 64) ?? 'bearer',
      scope: granted.scope ?? before.scope,
      ...lifetime,
      leaseOwner: null,
      leaseUntil: null,
      ...NO_FAILURES,
    };
  }

  /**
   * Creates the user's connection after a sign-in, or replaces the tokens of the existing one.
   *
   * @param columns the tokens, with the scope that the sign-in asked for
   */
  async connect(
    store: TenantStore,
    { connectionId, action, user, actor }: { connectionId: string; action: Action; user: string; actor: Actor },
    columns: TokenColumns & Pick<Connection, 'requestedScope'>,
  ): Promise<void> {
    const before = await store.findOne(Connection, { id: connectionId });
    const columnsOfSignIn = {
      status: 'active' as const,
      bindingVersion: action.bindingVersion,
      domain: action.domain,
      rejectedOperations: afterSignIn(before?.rejectedOperations, this.clock.now()),
      ...columns,
    };
    const changes = { ...columnsOfSignIn, version: () => 'version + 1' };
    const isNew = (await store.update(Connection, { id: connectionId }, changes)) === 0;
    if (isNew) {
      const now = this.clock.now();
      const identity = { id: connectionId, gptId: action.gptId, actionId: action.id, user, userDigest: digest(user) };
      const times = { createdAt: now, lastRefreshedAt: null, lastUsedAt: now };
      await store.insert(Connection, [{ ...identity, ...columnsOfSignIn, version: 1, ...times }]);
    }
    const type = isNew ? 'connection.created' : 'connection.renewed';
    await this.record(store, type, connectionId, actor, { action_id: action.id, user });
  }

  /** Returns the id of the user's connection, or a new id if there is none. */
  async idFor(store: TenantStore, actionId: string, user: string): Promise<string> {
    const row = await store.findOne(Connection, { actionId, userDigest: digest(user) });
    return row?.id ?? newId('conn');
  }

  /**
   * Marks a connection as `reconnect_required`. Does nothing if the row is newer than `row`.
   *
   * @param kept the columns to write; without a refresh token, the tokens are deleted
   */
  async requireReconnect(
    store: TenantStore,
    row: Connection,
    reason: string,
    kept: Partial<Connection> = CLEARED_COLUMNS,
  ): Promise<boolean> {
    const where = { id: row.id, version: row.version };
    const changes = { ...kept, status: 'reconnect_required' as const, version: row.version + 1 };
    if ((await store.update(Connection, where, changes)) === 0) return false;
    const details = { action_id: row.actionId, user: row.user, reason };
    await this.record(store, 'connection.reconnect_required', row.id, 'system', details);
    return true;
  }

  /**
   * Reactivates a connection with late tokens. This applies if another replica took over the refresh and was refused, because it sent the
   * refresh token that these tokens replaced, and nothing else has changed.
   *
   * @param row the row as the late refresh started with it
   * @returns whether the tokens were stored
   */
  async reactivate(store: TenantStore, row: Connection, columns: TokenColumns): Promise<boolean> {
    const { id, version } = row;
    const refused = { id, version: version + 1, status: 'reconnect_required' as const };
    const changed = await store.update(Connection, refused, { ...columns, status: 'active', version: version + 2 });
    if (changed === 0) return false;
    await this.recordRenewed(store, row, 'late_answer');
    return true;
  }

  /** Records that a connection which required a sign-in is active again. */
  recordRenewed(store: TenantStore, { id, actionId, user }: Connection, reason: string): Promise<void> {
    return this.record(store, 'connection.renewed', id, 'system', { action_id: actionId, user, reason });
  }

  private record(
    store: TenantStore,
    type: `connection.${'created' | 'renewed' | 'reconnect_required'}`,
    targetId: string,
    actor: Actor,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(store, { type, actor, targetId, details });
  }
}
