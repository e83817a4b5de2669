import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, GroupCommit, Logger, NotFoundError } from '../../common/index.js';
import { Bulk, Database, type TenantStore } from '../../database/index.js';
import type { Action } from '../../actions/index.js';
import { Connection } from '../store/connection.entity.js';
import { ConnectionWriter, type TokenColumns } from '../store/connection-writer.js';
import { withRejection } from '../store/rejected-operations.js';
import { TokenError, type GrantedTokens } from '../../oauth/index.js';
import { Revoker } from '../revocation/revoker.js';
import { type TraceLog, Traces } from '../../traces/index.js';
import { columnsAfterFailure } from './failure-columns.js';
import { HeldResults } from './held-results.js';
import { RefreshLease } from './lease.js';

/** A token response to a refresh request. */
export interface Renewal {
  action: Action;
  /** The refresh token that was sent. */
  refreshToken: string;
  granted: GrantedTokens;
  /** The operation whose rejected call caused the refresh. */
  rejectedOperation?: string;
}

/** The sealed tokens of a refreshed connection, with the trace of the refresh. */
interface Renewed {
  row: Connection;
  action: Action;
  changes: TokenColumns & Pick<Connection, 'status' | 'rejectedOperations' | 'lastRefreshedAt'>;
  log: TraceLog;
}

/** Stores the results of refreshes, each with its trace and only if the row has the version that the refresh started with. */
@Injectable()
export class RefreshResults {
  private readonly renewals = new GroupCommit<Renewed, Connection | undefined>({
    storeAll: (items) => this.database.write((manager) => this.storeAll(manager, items)),
    storeOne: (item) => this.storeAlone(item),
  });

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly held: HeldResults,
    private readonly writer: ConnectionWriter,
    private readonly revoker: Revoker,
    private readonly traces: Traces,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Stores granted tokens. If the write fails, they are held in memory and the write is retried until it succeeds; this waits for a few
   * seconds. Only the version is checked, not the lease: an unchanged version means that no newer tokens are stored, even if the lease has
   * expired or another replica holds it.
   *
   * @returns the row afterwards; `row` itself if the tokens are still held, or if the connection is gone
   */
  async storeTokens(row: Connection, renewal: Renewal, log: TraceLog): Promise<Connection> {
    const receivedAt = this.clock.now();
    let sealed: Renewed | undefined;
    const store = async () => {
      sealed ??= await this.sealed(row, renewal, receivedAt, log);
      return row.status === 'active' ? this.renewals.store(sealed) : this.storeAlone(sealed);
    };
    const result = await this.held.store(row, unlessGone(store));
    if (result === 'held' || result === 'gone') return row;
    return result ?? this.reload(row);
  }

  /**
   * Keeps the tokens and stores when to retry. If the provider rejected the refresh token and the access token has expired, the connection
   * becomes `reconnect_required`. Does nothing if another replica has refreshed the connection in the meantime (security rule C30).
   *
   * @param isRejected whether the API has rejected the access token
   * @returns the row afterwards
   */
  async storeFailure(row: Connection, error: unknown, log: TraceLog, isRejected: boolean): Promise<Connection> {
    const now = this.clock.now();
    const hasExpired = isExpired(row, now);
    const isTokenOver = hasExpired || isRejected;
    const changes = columnsAfterFailure(row, error, { now, isTokenOver, random: Math.random() });
    const isOver = changes.refreshConcern === 'grant' && row.status === 'active' && hasExpired;
    const isStored = await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      if (isOver) return this.writer.requireReconnect(store, row, codeOf(error), { ...changes, callRefreshAt: null });
      const leased = { id: row.id, version: row.version, leaseOwner: this.lease.owner };
      return (await store.update(Connection, leased, changes)) > 0;
    });
    return isStored && !isOver ? { ...row, ...changes } : this.reload(row);
  }

  /** Seals the tokens. This may have to wait for the database, which holds the data key. */
  private async sealed(row: Connection, renewal: Renewal, receivedAt: Date, log: TraceLog): Promise<Renewed> {
    const { action, refreshToken, granted, rejectedOperation } = renewal;
    const ageSeconds = (this.clock.now().getTime() - receivedAt.getTime()) / 1000;
    const expiresIn = granted.expiresIn && Math.max(1, granted.expiresIn - ageSeconds);
    const before = { scope: row.scope, refreshToken };
    const columns = await this.writer.tokenColumns(row, { ...granted, expiresIn }, before);
    const rejectedOperations =
      rejectedOperation === undefined ? null : withRejection(row.rejectedOperations, rejectedOperation, receivedAt);
    const changes = { ...columns, status: 'active' as const, rejectedOperations, lastRefreshedAt: receivedAt };
    return { row, action, changes, log };
  }

  private storeAlone(item: Renewed): Promise<Connection | undefined> {
    return this.database.tenant(item.row.tenantId).write((store) => this.storeOne(store, item));
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
    if (await store.update(Connection, { id, version }, { ...changes, version: version + 1 })) {
      if (row.status !== 'active') await this.writer.recordRenewed(store, row, 'refreshed');
      return renewedRow(item);
    }
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

/** Wraps a write so that it ends if its tenant was deleted. */
function unlessGone<T>(store: () => Promise<T>): () => Promise<T | 'gone'> {
  return () =>
    store().catch((error: unknown) => {
      if (error instanceof NotFoundError) return 'gone';
      throw error;
    });
}

function isExpired({ expiresAt }: Connection, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function codeOf(error: unknown): string {
  return error instanceof TokenError ? error.code : 'unusable';
}
