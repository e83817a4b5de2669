import { Injectable } from '@nestjs/common';
import { AuditLog, type Actor } from '../audit/index.js';
import type { Action } from '../actions/index.js';
import { Clock, digest, newId } from '../common/index.js';
import { Settings } from '../config/index.js';
import type { TenantStore } from '../database/index.js';
import type { GrantedTokens } from '../oauth/index.js';
import { Connection } from './connection.entity.js';
import { lifetimeOf } from './lifetime.js';
import { TokenSeal } from './token-seal.js';

/** What a connection's row gets with new tokens. */
export type TokenColumns = Pick<
  Connection,
  | 'tokens'
  | 'hasRefreshToken'
  | 'tokenType'
  | 'scope'
  | 'expiresAt'
  | 'dueAt'
  | 'refreshAt'
  | 'leaseOwner'
  | 'leaseUntil'
  | 'failures'
  | 'retryAt'
>;

/** What is emptied when a connection ends. Nothing of its tokens stays. */
export const ENDED = {
  tokens: null,
  hasRefreshToken: false,
  expiresAt: null,
  dueAt: null,
  refreshAt: null,
  leaseOwner: null,
  leaseUntil: null,
  retryAt: null,
};

/** Writes what happens to connections, each change on the version it was decided on. */
@Injectable()
export class ConnectionWriter {
  constructor(
    private readonly seal: TokenSeal,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The columns for granted tokens, sealed; to be written in a transaction afterwards.
   *
   * @param before what stays where the answer is silent: the scope (RFC 6749, 5.1) and the refresh token (6)
   */
  async columns(
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
      failures: 0,
      retryAt: null,
    };
  }

  /** A user's connection after a sign-in: a new one, or the one they had with what was granted now. */
  async connect(
    store: TenantStore,
    { connectionId, action, user, actor }: { connectionId: string; action: Action; user: string; actor: Actor },
    columns: TokenColumns,
  ): Promise<void> {
    const known = { status: 'active' as const, binding: action.binding, domain: action.domain, ...columns };
    const renewed = await store.manager
      .createQueryBuilder()
      .update(Connection)
      .set({ ...known, version: () => 'version + 1' })
      .where('tenant_id = :tenantId AND id = :id', { tenantId: store.tenantId, id: connectionId })
      .execute();
    if (renewed.affected === 0) {
      const now = this.clock.now();
      const identity = { id: connectionId, gptId: action.gptId, actionId: action.id, user, userDigest: digest(user) };
      const times = { createdAt: now, lastRefreshedAt: null, lastUsedAt: now };
      await store.insert(Connection, [{ ...identity, ...known, version: 1, ...times }]);
    }
    const type = renewed.affected === 0 ? 'connection.created' : 'connection.renewed';
    await this.record(store, type, connectionId, actor, { action_id: action.id, user });
  }

  /** The id that a user's connection has or will have. */
  async idFor(store: TenantStore, actionId: string, user: string): Promise<string> {
    const row = await store.findOne(Connection, { actionId, userDigest: digest(user) });
    return row?.id ?? newId('conn');
  }

  /** Notes that a connection's grant has gone: its user has to sign in again. It changes nothing that is newer than `row`. */
  async requireReconnect(store: TenantStore, row: Connection, reason: string): Promise<void> {
    const where = { id: row.id, version: row.version };
    const changes = { ...ENDED, status: 'reconnect_required' as const, version: row.version + 1 };
    if ((await store.update(Connection, where, changes)) === 0) return;
    const details = { action_id: row.actionId, user: row.user, reason };
    await this.record(store, 'connection.reconnect_required', row.id, 'system', details);
  }

  /**
   * Gives a connection back the tokens that were granted for it, where all that has happened since is that somebody who had taken the
   * refresh over was refused: they asked with the token that these replaced.
   *
   * @param row as it was before
   * @returns whether it has them now
   */
  async revive(store: TenantStore, row: Connection, columns: TokenColumns): Promise<boolean> {
    const { id, version } = row;
    const refused = { id, version: version + 1, status: 'reconnect_required' as const };
    const changed = await store.update(Connection, refused, { ...columns, status: 'active', version: version + 2 });
    if (changed === 0) return false;
    const details = { action_id: row.actionId, user: row.user, reason: 'late_answer' };
    await this.record(store, 'connection.renewed', id, 'system', details);
    return true;
  }

  private record(
    { manager, tenantId }: TenantStore,
    type: `connection.${'created' | 'renewed' | 'reconnect_required'}`,
    targetId: string,
    actor: Actor,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(manager, { tenantId, type, actor, targetId, details });
  }
}
