import { Injectable } from '@nestjs/common';
import type { Action } from '../actions/index.js';
import { beforeDeadline, Clock, CountersignError, Logger, RecurringJobs } from '../common/index.js';
import { Database, databaseUnavailable, LastUse, type TenantStore } from '../database/index.js';
import type { ConnectionValues } from '../oauth/index.js';
import { Connection, type RefreshConcern, type RejectedOperations } from './store/connection.entity.js';
import { ConnectionCache } from './store/connection-cache.js';
import { CLEARED_COLUMNS, ConnectionWriter } from './store/connection-writer.js';
import { Refresher } from './refresh/refresher.js';
import { hasOperation, isFinalRejection, withoutRejection, withRejection } from './store/rejected-operations.js';
import { TokenSeal } from './store/token-seal.js';

/** An access token and the connection version that it belongs to. */
export interface UsableToken {
  connection: Connection;
  accessToken: string;
  /** The values of the sign-in that calls need. */
  values?: ConnectionValues;
}

/** Why the user has to sign in. */
export type SignInReason = 'not_connected' | 'expired' | 'revoked' | 'scope';

/** A usable token, or the reason why the user has to sign in. */
export type TokenResult = UsableToken | { signIn: SignInReason };

/** Minimum remaining lifetime for serving a token while it is being refreshed. */
const MIN_REMAINING_LIFETIME_MS = 15_000;

/** Provides calls with the access tokens of their users, refreshed when due. */
@Injectable()
export class ConnectionTokens {
  private readonly lastUse: LastUse<Connection>;

  constructor(
    private readonly database: Database,
    private readonly cache: ConnectionCache,
    private readonly refresher: Refresher,
    private readonly writer: ConnectionWriter,
    private readonly seal: TokenSeal,
    private readonly clock: Clock,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    this.lastUse = new LastUse(Connection, 'connections', { database, clock, jobs });
    database.beforeClosing(() => this.refresher.settle());
  }

  /**
   * Returns a valid access token.
   *
   * @param deadline of the call, in milliseconds since the epoch
   * @throws {CountersignError} `credential_unavailable`: the token has expired and could not be refreshed by the deadline; `unavailable`: the
   *   database did not respond by the deadline
   */
  async obtain(action: Action, user: string, deadline: number): Promise<TokenResult> {
    const cached = this.cache.peek(action, user);
    if (cached && isUsable(cached, action, this.clock.now())) return this.open(cached, cached.tokens ?? '');
    const row = await this.find(action, user, deadline);
    if (!row) return { signIn: 'not_connected' };
    const now = this.clock.now();
    if (row.callRefreshAt === null || row.callRefreshAt > now) return this.use(row, action, deadline);
    const refreshing = this.refresher.refresh(row);
    if (row.expiresAt && row.expiresAt.getTime() - now.getTime() < MIN_REMAINING_LIFETIME_MS) {
      const refreshed = await refreshedBy(deadline, refreshing);
      return this.use(await this.afterRefresh(refreshed, deadline), action, deadline);
    }
    // The token is still valid, so the call does not wait. A failure is logged and stored in the row.
    refreshing.catch((err: unknown) => this.logger.error({ err, connection_id: row.id }, 'token refresh failed'));
    return this.use(row, action, deadline);
  }

  /**
   * Returns another token after the API has rejected one. Makes at most one refresh, and none if the rejection is the API's last word: the
   * token is new, and was obtained because the same operation had been rejected.
   *
   * @returns `undefined` if another token would change nothing
   */
  async replaceRejected(
    action: Action,
    used: Connection,
    operationId: string,
    deadline: number,
  ): Promise<TokenResult | undefined> {
    const row = await this.find(action, used.user, deadline);
    if (!row) return { signIn: 'not_connected' };
    if (row.status !== 'active' || row.version !== used.version) return this.use(row, action, deadline);
    const now = this.clock.now();
    if (isFinalRejection(row.rejectedOperations, operationId, now)) return undefined;
    if (!row.hasRefreshToken)
      return this.requireSignIn(row, deadline, withRejection(row.rejectedOperations, operationId, now, true));
    const refreshed = await refreshedBy(deadline, this.refresher.refresh(row, operationId));
    if (refreshed.status === 'active' && refreshed.version === used.version) {
      if (isSignInNeeded(refreshed, this.clock.now())) return this.requireSignIn(refreshed, deadline);
      throw unavailable('the API rejected the access token', refreshed.refreshConcern);
    }
    return this.use(await this.afterRefresh(refreshed, deadline), action, deadline);
  }

  /** Forgets that an operation was rejected, because the API accepts its calls again. */
  async recordAccepted(
    { tenantId, id, version, rejectedOperations }: Connection,
    operationId: string,
    deadline: number,
  ): Promise<void> {
    if (rejectedOperations === null || !hasOperation(rejectedOperations, operationId)) return;
    const changes = { rejectedOperations: withoutRejection(rejectedOperations, operationId) };
    await this.database
      .tenant(tenantId)
      .write((store) => store.update(Connection, { id, version }, changes), { until: deadline });
  }

  private async use(row: Connection, action: Action, deadline: number): Promise<TokenResult> {
    if (row.status === 'revoked' || row.bindingVersion !== action.bindingVersion) return { signIn: 'revoked' };
    if (row.status !== 'active' || !row.tokens) return { signIn: 'expired' };
    const now = this.clock.now();
    if (row.expiresAt && row.expiresAt <= now) {
      if (!row.hasRefreshToken || isSignInNeeded(row, now)) return this.requireSignIn(row, deadline);
      throw unavailable('the access token has expired', row.refreshConcern);
    }
    return this.open(row, row.tokens);
  }

  private async open(row: Connection, tokens: string): Promise<UsableToken> {
    const { tenantId, id } = row;
    const { accessToken, values } = await this.seal.open({ tenantId, id, tokens });
    this.lastUse.record(row);
    return { connection: row, accessToken, values };
  }

  /**
   * Marks a connection whose access token has expired or was rejected, and that cannot be refreshed. Its refresh token, if it has one, is kept:
   * the background job tries it again.
   */
  private async requireSignIn(
    row: Connection,
    deadline: number,
    rejectedOperations: RejectedOperations | null = null,
  ): Promise<TokenResult> {
    const [reason, columns] = row.hasRefreshToken
      ? [
          row.refreshConcern ?? 'expired',
          { callRefreshAt: null, leaseOwner: null, leaseUntil: null, ...afterGivingUp(row, this.clock) },
        ]
      : ['no_refresh_token', { ...CLEARED_COLUMNS, rejectedOperations }];
    await this.database
      .tenant(row.tenantId)
      .write((store) => this.writer.requireReconnect(store, row, reason, columns), { until: deadline });
    return { signIn: 'expired' };
  }

  /** Applies what has ended the connection while its token was refreshed. */
  private async afterRefresh(row: Connection, until: number): Promise<Connection> {
    const { tenantId, id } = row;
    const find = (store: TenantStore) => store.findOne(Connection, { id });
    const current = await this.database.tenant(tenantId).read(find, { until });
    return current?.status === 'active' ? row : { ...row, status: current?.status ?? 'revoked' };
  }

  /** Reads a connection. Several calls may share the query, so that the deadline ends only the waiting. */
  private find(action: Action, user: string, until: number): Promise<Connection | undefined> {
    return beforeDeadline(this.cache.read(action, user), until, databaseUnavailable);
  }
}

/** Tells whether calls can use a connection that was read some seconds ago. What it does not tell is read again. */
function isUsable(row: Connection, action: Action, now: Date): boolean {
  const { status, tokens, bindingVersion, callRefreshAt, expiresAt } = row;
  const isActive = status === 'active' && tokens !== null && bindingVersion === action.bindingVersion;
  return isActive && (callRefreshAt === null || callRefreshAt > now) && (expiresAt === null || expiresAt > now);
}

/** Waits for a refresh, which goes on after the deadline of the call. */
function refreshedBy(deadline: number, refreshing: Promise<Connection>): Promise<Connection> {
  const detail = "the access token could not be refreshed by the call's deadline; try again later";
  return beforeDeadline(refreshing, deadline, () => new CountersignError('credential_unavailable', detail));
}

/** Unreadable responses in a row, and the time between them, after which the user is offered a sign-in. */
const UNREADABLE = { responses: 5, ms: 600_000 };

/** Pause before the next attempt with a refresh token that only unreadable responses followed. */
const PAUSE_MS = 3_600_000;

/** Tells whether only a sign-in can help: the provider rejects the refresh token, or has sent nothing readable for a while. */
function isSignInNeeded({ refreshConcern, unreadableSince, unreadableResponses }: Connection, now: Date): boolean {
  if (refreshConcern !== 'unreadable') return refreshConcern === 'grant';
  const since = unreadableSince?.getTime() ?? now.getTime();
  return unreadableResponses >= UNREADABLE.responses && now.getTime() - since >= UNREADABLE.ms;
}

/** After a rejection, the next attempt is already scheduled. */
function afterGivingUp({ refreshConcern }: Connection, clock: Clock): Partial<Connection> {
  return refreshConcern === 'grant'
    ? {}
    : { refreshFailures: 1, retryAt: null, backgroundRefreshAt: clock.in(PAUSE_MS) };
}

/** What to do about a failed refresh. A sign-in would not help. */
const ADVICE: Partial<Record<RefreshConcern, string>> = {
  client: 'the provider rejects the client; check client_id, client_secret and token_exchange_method',
  scope: 'the provider rejects the scope; check scope and refresh_params',
  grant_type: 'the provider rejects the grant type; check refresh_url, refresh_params and authorization_content_type',
  request: 'the provider rejects the request; check refresh_params, token_params and token_exchange_method',
  content_type: 'the provider rejects the content type; check authorization_content_type',
  endpoint: 'no token endpoint responds at the URL; check token_url and refresh_url',
  temporary: 'the provider does not respond, or asks to retry later',
  unreadable: 'the provider sent neither a token nor an error that can be read; check token_url and refresh_url',
};

function unavailable(problem: string, concern: RefreshConcern | null): CountersignError {
  const advice = concern && ADVICE[concern];
  const detail = `${problem}, and it could not be refreshed${advice ? `: ${advice}` : ''}`;
  return new CountersignError('credential_unavailable', detail);
}
