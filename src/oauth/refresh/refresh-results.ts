import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, Logger } from '../../common/index.js';
import { Database, TenantStore } from '../../database/index.js';
import type { Action } from '../../actions/index.js';
import { Connection } from '../connections/connection.entity.js';
import { ConnectionWriter, type TokenColumns } from '../connections/connection-writer.js';
import { backoffMs } from '../connections/lifetime.js';
import { TokenError } from '../protocol/errors.js';
import type { GrantedTokens } from '../protocol/token-answer.js';
import { Revoker } from '../revocation/revoker.js';
import type { TraceLog } from '../trace/trace-log.js';
import { Traces } from '../trace/traces.js';
import { GroupCommit } from './group-commit.js';
import { RefreshLease } from './lease.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** How often the new tokens are tried to be stored: losing them may lose the connection. */
const STORE_ATTEMPTS = 6;

/** The longest that a provider's `Retry-After` is heeded: rate limits count minutes, and a mistake should not lock users out for a day. */
const MOST_PATIENCE_MS = 900_000;

/** How often the background looks whether a connection that could not be used as it is stored has been mended. */
const UNUSABLE_MS = 3_600_000;

/** What a provider granted for a refresh token. */
export interface Renewal {
  action: Action;
  /** That it was granted for. */
  refreshToken: string;
  granted: GrantedTokens;
}

/** Stores how refreshes have ended, each with its trace, on the version that it began with. Each returns the row afterwards. */
@Injectable()
export class RefreshResults {
  private readonly group: GroupCommit;

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly writer: ConnectionWriter,
    private readonly revoker: Revoker,
    private readonly traces: Traces,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.group = new GroupCommit(database);
  }

  /**
   * Stores what was granted, against every passing fault of the database, as long as nobody else has written. Only the version
   * decides: while it stands, nobody has newer tokens, even where the lease has run out and is another's.
   */
  async renewed(row: Connection, { action, refreshToken, granted }: Renewal, log: TraceLog): Promise<Connection> {
    const columns = await this.writer.columns(row, granted, { scope: row.scope, refreshToken });
    const changes = { ...columns, lastRefreshedAt: this.clock.now() };
    const write = async (manager: EntityManager): Promise<Connection | undefined> => {
      const store = new TenantStore(manager, row.tenantId);
      await this.traces.write(store, row.id, log);
      const seen = { id: row.id, version: row.version };
      const isStored = await store.update(Connection, seen, { ...changes, version: row.version + 1 });
      return isStored ? { ...row, ...changes, version: row.version + 1 } : this.late(store, row, action, changes);
    };
    return (await this.insistently(write)) ?? this.reload(row);
  }

  /**
   * The provider took the grant back. On the version that was asked for: where another has renewed it meanwhile, this changes nothing
   * (SECURITY C30).
   */
  async refused(row: Connection, { code }: TokenError, log: TraceLog): Promise<Connection> {
    await this.group.write(async (manager) => {
      const store = new TenantStore(manager, row.tenantId);
      await this.traces.write(store, row.id, log);
      await this.writer.end(store, row, 'reconnect_required', 'system', code);
    });
    return this.reload(row);
  }

  /** There is no answer: the tokens are kept, and nobody tries again for a while. */
  async failed(row: Connection, error: unknown, log: TraceLog): Promise<Connection> {
    const failures = row.failures + 1;
    const pause = backoffMs(failures, Math.random());
    const asked = Math.min(retryAfterOf(error), MOST_PATIENCE_MS) * (1 + Math.random() / 10);
    const retryAt = this.clock.in(Math.max(pause, asked));
    const isUnusable = error instanceof UnusableConnectionError;
    const refreshAt = isUnusable ? this.clock.in(UNUSABLE_MS * (1 + Math.random() / 10)) : retryAt;
    const changes = { failures, retryAt, refreshAt, leaseOwner: null, leaseUntil: null };
    const mine = { id: row.id, version: row.version, leaseOwner: this.lease.owner };
    const isStored = await this.group.write(async (manager) => {
      const store = new TenantStore(manager, row.tenantId);
      await this.traces.write(store, row.id, log);
      return store.update(Connection, mine, changes);
    });
    return isStored ? { ...row, ...changes } : this.reload(row);
  }

  /** Somebody has written before. @returns nothing where that stays as it is */
  private async late(
    store: TenantStore,
    row: Connection,
    action: Action,
    changes: TokenColumns,
  ): Promise<Connection | undefined> {
    if (await this.writer.revive(store, row, changes)) return { ...row, ...changes, version: row.version + 2 };
    await this.revoker.addLate(store, row, action, changes.tokens ?? '');
    this.logger.warn({ connection_id: row.id }, 'a refresh came too late and was dropped');
    return undefined;
  }

  private async insistently<T>(write: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.group.write(write);
      } catch (error) {
        if (attempt === STORE_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
      }
    }
  }

  private reload({ tenantId, id }: Connection): Promise<Connection> {
    return this.database.tenant(tenantId).read((store) => store.get(Connection, { id }, 'connection'));
  }
}

function retryAfterOf(error: unknown): number {
  return (error instanceof TokenError && error.answer?.retryAfterMs) || 0;
}
