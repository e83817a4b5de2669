import { Injectable } from '@nestjs/common';
import type { Action } from '../actions/index.js';
import { Clock, CountersignError, digest, Logger, RecurringJobs } from '../common/index.js';
import { Database, LastUse } from '../database/index.js';
import type { ConnectionValues } from '../oauth/index.js';
import { Connection } from './store/connection.entity.js';
import { ConnectionWriter } from './store/connection-writer.js';
import { Refresher } from './refresh/refresher.js';
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

  /** Returns a valid access token. @throws {CountersignError} `credential_unavailable`: the token has expired and could not be refreshed */
  async obtain(action: Action, user: string): Promise<TokenResult> {
    const row = await this.find(action, user);
    if (!row) return { signIn: 'not_connected' };
    const now = this.clock.now();
    if (row.callRefreshAt === null || row.callRefreshAt > now) return this.use(row, action);
    const refreshing = this.refresher.refresh(row);
    if (row.expiresAt && row.expiresAt.getTime() - now.getTime() < MIN_REMAINING_LIFETIME_MS) {
      return this.use(await refreshing, action);
    }
    // The token is still valid, so the call does not wait. A failure is logged and stored in the row.
    refreshing.catch((err: unknown) => this.logger.error({ err, connection_id: row.id }, 'token refresh failed'));
    return this.use(row, action);
  }

  /** Returns another token after the upstream has rejected one with 401. Makes at most one refresh. */
  async replaceRejected(action: Action, used: Connection): Promise<TokenResult> {
    const row = await this.find(action, used.user);
    if (!row) return { signIn: 'not_connected' };
    if (row.status !== 'active' || row.version !== used.version) return this.use(row, action);
    if (!row.hasRefreshToken) return this.requireSignIn(row);
    const refreshed = await this.refresher.refresh(row);
    // No new token: the upstream would reject the old one again.
    if (refreshed.status === 'active' && refreshed.version === used.version) throw unavailable();
    return this.use(refreshed, action);
  }

  private async use(row: Connection, action: Action): Promise<TokenResult> {
    if (row.status === 'revoked' || row.bindingVersion !== action.bindingVersion) return { signIn: 'revoked' };
    if (row.status !== 'active' || !row.tokens) return { signIn: 'expired' };
    const now = this.clock.now();
    if (row.expiresAt && row.expiresAt <= now) {
      if (row.hasRefreshToken) throw unavailable();
      return this.requireSignIn(row);
    }
    const { accessToken, values } = await this.seal.unseal({ ...row, tokens: row.tokens });
    this.lastUse.record(row);
    return { connection: row, accessToken, values };
  }

  /** Ends a connection whose token has expired or was rejected, and that has no refresh token. */
  private async requireSignIn(row: Connection): Promise<TokenResult> {
    await this.database
      .tenant(row.tenantId)
      .write((store) => this.writer.requireReconnect(store, row, 'no_refresh_token'));
    return { signIn: 'expired' };
  }

  private find({ tenantId, id }: Action, user: string): Promise<Connection | null> {
    const where = { actionId: id, userDigest: digest(user) };
    return this.database.tenant(tenantId).read((store) => store.findOne(Connection, where));
  }
}

function unavailable(): CountersignError {
  return new CountersignError('credential_unavailable', 'the access token has expired and could not be refreshed');
}
