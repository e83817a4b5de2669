import { Injectable } from '@nestjs/common';
import type { Action } from '../actions/index.js';
import { Clock, CountersignError, digest, Logger } from '../common/index.js';
import { Database, LastUse } from '../database/index.js';
import { Connection } from './connection.entity.js';
import { ConnectionWriter } from './connection-writer.js';
import { Refresher } from './refresh/refresher.js';
import { TokenSeal } from './token-seal.js';

/** A user's access token, and which version of their connection it is from. */
export interface UsableToken {
  connection: Connection;
  accessToken: string;
}

/** The reason why a user has to sign in. */
export type SignInReason = 'not_connected' | 'expired' | 'revoked' | 'scope';

/** A usable token, or the reason why the user has to sign in. */
export type TokenResult = UsableToken | { signIn: SignInReason };

/** A token that lives at least this long is used while the next one is fetched. */
const WORTH_USING_MS = 15_000;

/** Gives a call the token of its user, renewed where it is due. */
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
  ) {
    this.lastUse = new LastUse(database, Connection);
    database.beforeClosing(() => this.refresher.settle());
  }

  /** @throws {CountersignError} `credential_unavailable`: the token has expired and the provider does not answer */
  async obtain(action: Action, user: string): Promise<TokenResult> {
    const row = await this.find(action, user);
    if (!row) return { signIn: 'not_connected' };
    const now = this.clock.now();
    if (row.dueAt === null || row.dueAt > now) return this.use(row, action);
    const refreshing = this.refresher.refresh(row);
    if (row.expiresAt && row.expiresAt.getTime() - now.getTime() < WORTH_USING_MS) {
      return this.use(await refreshing, action);
    }
    // It is good for a while yet: nobody waits. What goes wrong is in the row and in the log.
    refreshing.catch((err: unknown) => this.logger.error({ err, connection_id: row.id }, 'a refresh went wrong'));
    return this.use(row, action);
  }

  /** After the upstream has said 401 to a token: the next one, asked for once. */
  async renew(action: Action, used: Connection): Promise<TokenResult> {
    const row = await this.find(action, used.user);
    if (!row) return { signIn: 'not_connected' };
    if (row.status !== 'active' || row.version !== used.version) return this.use(row, action);
    if (!row.hasRefreshToken) return this.lapsed(row);
    const renewed = await this.refresher.refresh(row);
    // The same token again would be refused again.
    if (renewed.status === 'active' && renewed.version === used.version) throw unavailable();
    return this.use(renewed, action);
  }

  private async use(row: Connection, action: Action): Promise<TokenResult> {
    if (row.status === 'revoked' || row.binding !== action.binding) return { signIn: 'revoked' };
    if (row.status !== 'active' || !row.tokens) return { signIn: 'expired' };
    const now = this.clock.now();
    if (row.expiresAt && row.expiresAt <= now) {
      if (row.hasRefreshToken) throw unavailable();
      return this.lapsed(row);
    }
    const { accessToken } = await this.seal.open({ ...row, tokens: row.tokens });
    this.lastUse.note(row, now);
    return { connection: row, accessToken };
  }

  /** Its token is over and there is none to renew it with. */
  private async lapsed(row: Connection): Promise<TokenResult> {
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
  return new CountersignError('credential_unavailable', "the user's token has expired and could not be renewed yet");
}
