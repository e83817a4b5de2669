import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { backoffMs, Clock, Logger } from '../../common/index.js';
import { Bulk, Database, type TenantStore } from '../../database/index.js';
import type { Action } from '../../actions/index.js';
import { Connection } from '../connection.entity.js';
import { ConnectionWriter, type TokenColumns } from '../connection-writer.js';
import { REFRESH_BACKOFF } from '../lifetime.js';
import { TokenError, type GrantedTokens } from '../../oauth/index.js';
import { Revoker } from '../revocation/revoker.js';
import { type TraceLog, Traces } from '../../traces/index.js';
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

/** New tokens of a connection, sealed, and how they were got. */
interface Renewed {
  row: Connection;
  action: Action;
  changes: TokenColumns & Pick<Connection, 'lastRefreshedAt'>;
  log: TraceLog;
}

/** Stores how refreshes have ended, each with its trace, on the version that it began with. Each returns the row afterwards. */
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
   * Stores what was granted, against every passing fault of the database, as long as nobody else has written. Only the version
   * decides: while it stands, nobody has newer tokens, even where the lease has run out and is another's.
   */
  async renewed(row: Connection, { action, refreshToken, granted }: Renewal, log: TraceLog): Promise<Connection> {
    const columns = await this.writer.columns(row, granted, { scope: row.scope, refreshToken });
    const changes = { ...columns, lastRefreshedAt: this.clock.now() };
    const stored = await insistently(() => this.renewals.store({ row, action, changes, log }));
    return stored ?? this.reload(row);
  }

  /**
   * The provider took the grant back. On the version that was asked for: where another has renewed it meanwhile, this changes nothing
   * (SECURITY C30).
   */
  async refused(row: Connection, { code }: TokenError, log: TraceLog): Promise<Connection> {
    await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      await this.writer.requireReconnect(store, row, code);
    });
    return this.reload(row);
  }

  /** There is no answer: the tokens are kept, and nobody tries again for a while. */
  async failed(row: Connection, error: unknown, log: TraceLog): Promise<Connection> {
    const refreshFailures = row.refreshFailures + 1;
    const pause = backoffMs(refreshFailures, REFRESH_BACKOFF);
    const asked = Math.min(retryAfterOf(error), MOST_PATIENCE_MS) * (1 + Math.random() / 10);
    const retryAt = this.clock.in(Math.max(pause, asked));
    const isUnusable = error instanceof UnusableConnectionError;
    const backgroundRefreshAt = isUnusable ? this.clock.in(UNUSABLE_MS * (1 + Math.random() / 10)) : retryAt;
    const changes = { refreshFailures, retryAt, backgroundRefreshAt, leaseOwner: null, leaseUntil: null };
    const mine = { id: row.id, version: row.version, leaseOwner: this.lease.owner };
    const isStored = await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      return store.update(Connection, mine, changes);
    });
    return isStored ? { ...row, ...changes } : this.reload(row);
  }

  /** @throws {NotAllStoredError} some rows have changed: each needs a look of its own */
  private async storeAll(manager: EntityManager, items: Renewed[]): Promise<Connection[]> {
    await this.traces.writeAll(
      manager,
      items.map(({ row: { tenantId, id }, log }) => ({ tenantId, subjectId: id, log })),
    );
    if ((await new Bulk(manager, Connection).updateVersioned(items)) < items.length) throw new NotAllStoredError();
    return items.map(renewedRow);
  }

  /** @returns nothing where somebody has written before, and it stays as it is */
  private async storeOne(store: TenantStore, item: Renewed): Promise<Connection | undefined> {
    const { row, action, changes, log } = item;
    const { id, version } = row;
    await this.traces.write(store, id, log);
    if (await store.update(Connection, { id, version }, { ...changes, version: version + 1 })) return renewedRow(item);
    if (await this.writer.revive(store, row, changes)) return { ...row, ...changes, version: version + 2 };
    await this.revoker.addLate(store, row, action, changes.tokens ?? '');
    this.logger.warn({ connection_id: id }, 'a refresh came too late and was dropped');
    return undefined;
  }

  private reload({ tenantId, id }: Connection): Promise<Connection> {
    return this.database.tenant(tenantId).read((store) => store.get(Connection, { id }, 'connection'));
  }
}

/** Of rows that were to be stored together, some have changed since they were read. */
class NotAllStoredError extends Error {}

function renewedRow({ row, changes }: Renewed): Connection {
  return { ...row, ...changes, version: row.version + 1 };
}

async function insistently<T>(store: () => Promise<T>): Promise<T> {
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
