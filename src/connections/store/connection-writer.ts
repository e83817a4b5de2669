import { Injectable } from '@nestjs/common';
import { AuditLog, type Actor } from '../../audit/index.js';
import type { Action } from '../../actions/index.js';
import { Clock, digest, newId } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { TenantStore } from '../../database/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import { Connection, type RejectedOperations } from './connection.entity.js';
import { epochOf, isCurrent } from './epochs.js';
import { importedLifetime, lifetimeOf, type Lifetime } from './lifetime.js';
import { afterSignIn } from './rejected-operations.js';
import { TokenSeal, type Tokens } from './token-seal.js';

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

/** The columns of tokens that do not come from a refresh. */
export type NewTokenColumns = TokenColumns & Pick<Connection, 'requestedScope'>;

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

/** Tokens that a tenant obtained elsewhere. */
export interface ImportedTokens extends Tokens {
  tokenType?: string;
  scope?: string;
  /** When the access token expires or has expired; `undefined` if unknown. */
  expiresAt?: Date;
}

/** A connection to create. */
export interface NewConnection {
  connectionId: string;
  action: Action;
  user: string;
  columns: NewTokenColumns;
}

/**
 * Runs in the transaction that replaces the tokens of a connection which an epoch has ended, while it still has them.
 *
 * @returns whether it has ended the connection, and so incremented its version
 */
type SupersededHook = (store: TenantStore, row: Connection) => Promise<boolean>;

/** Writes changes of connections. Each change requires the version that it is based on. */
@Injectable()
export class ConnectionWriter {
  private endSuperseded: SupersededHook = () => Promise.resolve(false);

  constructor(
    private readonly seal: TokenSeal,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Registers the hook of the revocations, which are above this module. */
  beforeReplacing(hook: SupersededHook): void {
    this.endSuperseded = hook;
  }

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
    const lifetime = lifetimeOf({
      ...this.lifetimeInput(connection, tokens),
      expiresInSeconds: granted.expiresIn,
    });
    return this.columns(connection, { ...tokens, scope: granted.scope ?? before.scope }, lifetime);
  }

  /** Builds the columns for imported tokens, sealed. Call it before the transaction that writes them. */
  async importedColumns(
    connection: Pick<Connection, 'tenantId' | 'id' | 'lastUsedAt'>,
    tokens: ImportedTokens,
  ): Promise<NewTokenColumns> {
    const { expiresAt = null, scope = null } = tokens;
    const lifetime = importedLifetime(expiresAt, this.lifetimeInput(connection, tokens));
    return { ...(await this.columns(connection, { ...tokens, scope }, lifetime)), requestedScope: scope };
  }

  /**
   * Creates the user's connection after a sign-in, or replaces the tokens of the existing one.
   *
   * @param columns the tokens, with the scope that the sign-in asked for
   */
  async connect(
    store: TenantStore,
    { connectionId, action, user, actor }: { connectionId: string; action: Action; user: string; actor: Actor },
    columns: NewTokenColumns,
  ): Promise<void> {
    const before = await store.findOne(Connection, { id: connectionId });
    if (before?.isSuperseded && before.tokens !== null) await this.endSuperseded(store, before);
    const rejectedOperations = afterSignIn(before?.rejectedOperations, this.clock.now());
    const epoch = await epochOf(store, action);
    const changes = { ...activeColumns(action, columns, rejectedOperations), epoch, version: () => 'version + 1' };
    const isNew = (await store.update(Connection, { id: connectionId }, changes)) === 0;
    if (isNew) await this.createAll(store, [{ connectionId, action, user, columns }]);
    await this.recordConnected(store, { connectionId, action, user, actor }, isNew);
  }

  /**
   * Creates the connections of users who have none. It records no audit events.
   *
   * @throws {QueryFailedError} `isDuplicate`: one of the users has a connection
   */
  async createAll(store: TenantStore, connections: readonly NewConnection[]): Promise<void> {
    const now = this.clock.now();
    const epochs = new Map<string, number>();
    for (const { action } of connections) {
      if (!epochs.has(action.id)) epochs.set(action.id, await epochOf(store, action));
    }
    const rows = connections.map(({ connectionId, action, user, columns }) => ({
      id: connectionId,
      gptId: action.gptId,
      actionId: action.id,
      user,
      userDigest: digest(user),
      ...activeColumns(action, columns),
      epoch: epochs.get(action.id) ?? 0,
      version: 1,
      createdAt: now,
      lastRefreshedAt: null,
      lastUsedAt: now,
    }));
    await store.insert(Connection, rows);
  }

  /**
   * Replaces the tokens of a connection that has not changed since `before` was read. It records no audit event.
   *
   * @returns `false` if it has changed
   */
  async replace(store: TenantStore, before: Connection, action: Action, columns: NewTokenColumns): Promise<boolean> {
    const { id } = before;
    const isEnded = before.isSuperseded && before.tokens !== null && (await this.endSuperseded(store, before));
    const version = isEnded ? before.version + 1 : before.version;
    const changes = { ...activeColumns(action, columns), epoch: await epochOf(store, action), version: version + 1 };
    const where = { id, version, ...(!before.isSuperseded && { epoch: isCurrent() }) };
    return (await store.update(Connection, where, changes)) === 1;
  }

  /** Records that a user was connected. */
  recordConnected(
    store: TenantStore,
    { connectionId, action, user, actor }: { connectionId: string; action: Action; user: string; actor: Actor },
    isNew: boolean,
  ): Promise<void> {
    const type = isNew ? 'connection.created' : 'connection.renewed';
    return this.record(store, type, connectionId, actor, { action_id: action.id, user });
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

  private lifetimeInput({ lastUsedAt }: Pick<Connection, 'lastUsedAt'>, { refreshToken }: Tokens) {
    return {
      now: this.clock.now(),
      hasRefreshToken: refreshToken !== undefined,
      lastUsedAt,
      idleMs: this.settings.refresh.idleMs,
      random: Math.random(),
    };
  }

  private async columns(
    connection: Pick<Connection, 'tenantId' | 'id'>,
    tokens: Tokens & { tokenType?: string; scope: string | null },
    lifetime: Lifetime,
  ): Promise<TokenColumns> {
    return {
      tokens: await this.seal.seal(connection, tokens),
      hasRefreshToken: tokens.refreshToken !== undefined,
      tokenType: tokens.tokenType?.slice(0, 64) ?? 'bearer',
      scope: tokens.scope,
      ...lifetime,
      leaseOwner: null,
      leaseUntil: null,
      ...NO_FAILURES,
    };
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

/** Returns the columns of an active connection. */
function activeColumns(
  { bindingVersion, domain }: Action,
  columns: NewTokenColumns,
  rejectedOperations: RejectedOperations | null = null,
) {
  return { status: 'active' as const, bindingVersion, domain, rejectedOperations, ...columns };
}
