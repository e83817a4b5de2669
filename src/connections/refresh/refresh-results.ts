import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { backoffMs, Clock, Logger } from '../../common/index.js';
import { Bulk, Database, type TenantStore } from '../../database/index.js';
import type { Action } from '../../actions/index.js';
import { Connection } from '../store/connection.entity.js';
import { ConnectionWriter, type TokenColumns } from '../store/connection-writer.js';
import { REFRESH_BACKOFF } from '../store/lifetime.js';
import { TokenError, type GrantedTokens } from '../../oauth/index.js';
import { Revoker } from '../revocation/revoker.js';
import { type TraceLog, Traces } from '../../traces/index.js';
import { GroupCommit } from './group-commit.js';
import { RefreshLease } from './lease.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** Attempts to store new tokens. If they are lost, the user may have to sign in again. */
const STORE_ATTEMPTS = 6;

/** Limit for a provider's `Retry-After` header: a wrong value must not lock users out for a day. */
const MAX_RETRY_AFTER_MS = 900_000;

/** How often the background job retries an unusable connection. */
const UNUSABLE_RETRY_MS = 3_600_000;

/** A token response to a refresh request. */
export interface Renewal {
  action: Action;
  /** The refresh token that was sent. */
  refreshToken: string;
  granted: GrantedTokens;
}

/** The sealed tokens of a refreshed connection, with the trace of the refresh. */
interface Renewed {
  row: Connection;
  action: Action;
  changes: TokenColumns & Pick<Connection, 'lastRefreshedAt'>;
  log: TraceLog;
}

/** Stores the results of refreshes, each with its trace and only if the row has the version that the refresh started with. */
@Injectable()
export class RefreshResults {
  private readonly renewals = new GroupCommit<Renewed, Connection | undefined>({
    storeAll: (items) => this.database.write((manager) => this.storeAll(manager, items)),
    storeOne: (item) => this.database.tenant(item.row.tenantId).write((store) => this.storeOne(store, item)),
  });

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly writer: ConnectionWriter,
    private readonly revoker: Revoker,
    private readonly traces: Traces,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Stores granted tokens, with retries. Only the version is checked, not the lease: an unchanged version means that no newer tokens are
   * stored, even if the lease has expired or another replica holds it.
   *
   * @returns the row afterwards
   */
  async storeTokens(row: Connection, { action, refreshToken, granted }: Renewal, log: TraceLog): Promise<Connection> {
    const columns = await this.writer.tokenColumns(row, granted, { scope: row.scope, refreshToken });
    const changes = { ...columns, lastRefreshedAt: this.clock.now() };
    const stored = await withRetries(() => this.renewals.store({ row, action, changes, log }));
    return stored ?? this.reload(row);
  }

  /**
   * Marks the connection as `reconnect_required`, because the provider rejected its refresh token. Does nothing if another replica has
   * refreshed the connection in the meantime (security rule C30).
   *
   * @returns the row afterwards
   */
  async storeRefusal(row: Connection, { code }: TokenError, log: TraceLog): Promise<Connection> {
    await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      await this.writer.requireReconnect(store, row, code);
    });
    return this.reload(row);
  }

  /** Keeps the tokens and stores when to retry. @returns the row afterwards */
  async storeFailure(row: Connection, error: unknown, log: TraceLog): Promise<Connection> {
    const refreshFailures = row.refreshFailures + 1;
    const pause = backoffMs(refreshFailures, REFRESH_BACKOFF);
    const requested = Math.min(retryAfterOf(error), MAX_RETRY_AFTER_MS) * (1 + Math.random() / 10);
    const retryAt = this.clock.in(Math.max(pause, requested));
    const isUnusable = error instanceof UnusableConnectionError;
    const backgroundRefreshAt = isUnusable ? this.clock.in(UNUSABLE_RETRY_MS * (1 + Math.random() / 10)) : retryAt;
    const changes = { refreshFailures, retryAt, backgroundRefreshAt, leaseOwner: null, leaseUntil: null };
    const leased = { id: row.id, version: row.version, leaseOwner: this.lease.owner };
    const isStored = await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      return store.update(Connection, leased, changes);
    });
    return isStored ? { ...row, ...changes } : this.reload(row);
  }

  /** @throws {NotAllStoredError} some rows have another version; store each row on its own */
  private async storeAll(manager: EntityManager, items: Renewed[]): Promise<Connection[]> {
    await this.traces.writeAll(
      manager,
      items.map(({ row: { tenantId, id }, log }) => ({ tenantId, subjectId: id, log })),
    );
    if ((await new Bulk(manager, Connection).updateVersioned(items)) < items.length) throw new NotAllStoredError();
    return items.map(renewedRow);
  }

  /** @returns `undefined` if the row has another version and was not changed */
  private async storeOne(store: TenantStore, item: Renewed): Promise<Connection | undefined> {
    const { row, action, changes, log } = item;
    const { id, version } = row;
    await this.traces.write(store, id, log);
    if (await store.update(Connection, { id, version }, { ...changes, version: version + 1 })) return renewedRow(item);
    if (await this.writer.reactivate(store, row, changes)) return { ...row, ...changes, version: version + 2 };
    await this.revoker.revokeLateTokens(store, row, action, changes.tokens ?? '');
    this.logger.warn({ connection_id: id }, 'the connection changed during its refresh; the new tokens were discarded');
    return undefined;
  }

  private reload({ tenantId, id }: Connection): Promise<Connection> {
    return this.database.tenant(tenantId).read((store) => store.get(Connection, { id }, 'connection'));
  }
}

/** Some rows of a group have another version than expected. */
class NotAllStoredError extends Error {}

function renewedRow({ row, changes }: Renewed): Connection {
  return { ...row, ...changes, version: row.version + 1 };
}

async function withRetries<T>(store: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store();
    } catch (error) {
      if (attempt === STORE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}

function retryAfterOf(error: unknown): number {
  return (error instanceof TokenError && error.response?.retryAfterMs) || 0;
}
