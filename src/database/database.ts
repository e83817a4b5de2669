import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, EntityTarget } from 'typeorm';
import { collectChanges, type RowChange } from './changes.js';
import { ConnectionPool } from './connection-pool.js';
import type { DataSources } from './data-sources.js';
import { Deadline } from './deadline.js';
import { isBusy } from './failures.js';
import { Mutex } from './mutex.js';
import { rethrow, withRetries, type Attempt } from './retries.js';
import { WORK_TIMEOUT_MS } from './session.js';
import { TenantStore } from './tenant-store.js';
import { inTransaction } from './transaction.js';
import { Writers } from './writers.js';

/**
 * A read or a transaction that was started inside another transaction. On SQLite it would not see the rows of that transaction; on other
 * databases it could wait for itself.
 */
export class OutsideTransactionError extends Error {
  constructor(what: string) {
    super(`${what} inside a transaction: use the store of the transaction`);
    this.name = 'OutsideTransactionError';
  }
}

export interface ReadOptions {
  /** Ends the work if it takes longer, with waiting for a connection and with all attempts; `WORK_TIMEOUT_MS` by default. */
  timeoutMs?: number;
  /** The deadline of the call that needs the result, in milliseconds since the epoch. */
  until?: number;
}

/** The longest pause of a transaction on SQLite that waits for another process that writes. */
const MAX_BUSY_PAUSE_MS = 10;

export interface WriteOptions extends ReadOptions {
  /**
   * Lets the commit return before the data is on disk (SQLite only): a power failure may undo it, the end of the process does not. The next
   * commit without this option makes it durable too.
   */
  relaxedDurability?: boolean;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/** Counts all that write the rows of several tenants as one tenant. */
const SEVERAL_TENANTS = '';

/** The database connections. Reads see committed data; every write goes through `write`. */
export class Database {
  private readonly writeLock = new Mutex();
  private readonly insideTransaction = new AsyncLocalStorage<true>();
  private openTransactions = 0;
  private readonly finalWrites: (() => Promise<unknown>)[] = [];
  private readonly listeners = new Map<EntityTarget<object>, ((change: RowChange) => void)[]>();
  /** `undefined` on SQLite, as are the writers. */
  private readonly pool?: ConnectionPool;
  private readonly writers?: Writers;

  constructor(private readonly sources: DataSources) {
    const { reader, server } = sources;
    if (!server) return;
    this.pool = new ConnectionPool(reader, server.session);
    this.writers = new Writers(server.poolSize);
  }

  /**
   * Reads rows of any tenant, outside a transaction. For the rows of one tenant, use `tenant`.
   *
   * @param work may run again, on another connection. It keeps its connection, so it must not call `read` itself
   *
   * @throws {CountersignError} `unavailable`: the database does not respond
   */
  async read<T>(work: Work<T>, options: ReadOptions = {}): Promise<T> {
    if (this.insideTransaction.getStore()) throw new OutsideTransactionError('a read');
    const { pool } = this;
    if (!pool) return work(this.sources.reader.manager).catch(rethrow);
    const deadline = deadlineOf(options);
    return withRetries(deadline, () => ({
      result: pool.run(deadline, ({ manager }) => work(manager)),
      isRepeatable: () => true,
    }));
  }

  /**
   * Runs `work` in one transaction. On SQLite one transaction runs at a time, also of several processes; elsewhere each tenant has a share of
   * the connections. After a deadlock, a lock timeout or a lost connection, `work` runs again from the beginning, so it must not have effects that
   * a rollback does not undo. If the connection is lost during COMMIT, `work` does not run again, because the transaction may have been committed.
   *
   * @throws {OutsideTransactionError} called inside another transaction
   * @throws {CountersignError} `unavailable`: the database does not respond, or not in time
   */
  write<T>(work: Work<T>, options: WriteOptions = {}): Promise<T> {
    return this.writeFor(SEVERAL_TENANTS, work, options);
  }

  /** Reads or writes the rows of one tenant. */
  tenant(tenantId: string): TenantDatabase {
    return {
      read: (work, options) => this.read((manager) => work(new TenantStore(manager, tenantId)), options),
      write: (work, options = {}) =>
        this.writeFor(tenantId, (manager) => work(new TenantStore(manager, tenantId)), options),
    };
  }

  /**
   * Removes deleted data from SQLite's write-ahead log: copies the log into the database file, where deleted data is overwritten, and empties
   * it. Other databases keep their logs (docs/vault.md).
   *
   * @returns `false` if another process that reads the database prevents it
   */
  async purgeDeleted(): Promise<boolean> {
    if (this.pool) return true;
    return this.writeLock.run(async () => {
      const [result] = (await this.sources.writer.query('PRAGMA wal_checkpoint(TRUNCATE)')) as { busy: number }[];
      return result?.busy === 0;
    });
  }

  /**
   * Checks that a database server accepts writes, on a connection of its own, because all pooled ones may be in use. On SQLite, checks only that
   * the file can be read.
   *
   * @throws {Error} it does not
   */
  async checkWritable(): Promise<void> {
    const { server, reader } = this.sources;
    if (server) await server.checkWritable();
    else await reader.query('SELECT 1');
  }

  /** The connection for migrations. */
  get dataSource(): DataSource {
    return this.sources.writer;
  }

  /**
   * Calls a listener with the rows of an entity that a transaction of this process has written: when it has ended, also if it failed, and
   * before its caller continues. It learns of writes through `TenantStore` and of `Bulk.updateVersioned`.
   */
  onChange(entity: EntityTarget<object>, listener: (change: RowChange) => void): void {
    const others = this.listeners.get(entity) ?? [];
    this.listeners.set(entity, [...others, listener]);
  }

  /** Registers a write to run before the database closes, when all calls have been answered. */
  beforeClosing(write: () => Promise<unknown>): void {
    this.finalWrites.push(write);
  }

  /** @throws {AggregateError} a final write failed; the database is closed nevertheless */
  async close(): Promise<void> {
    const results = await Promise.allSettled(this.finalWrites.splice(0).map((write) => write()));
    const { reader, writer } = this.sources;
    await this.writeLock.run(() => writer.destroy());
    if (reader !== writer) await reader.destroy();
    const errors = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    if (errors.length > 0)
      throw new AggregateError(errors, 'some data could not be written before the database closed');
  }

  private async writeFor<T>(tenantId: string, work: Work<T>, options: WriteOptions): Promise<T> {
    if (this.insideTransaction.getStore()) throw new OutsideTransactionError('a transaction');
    const deadline = deadlineOf(options);
    const run = () => withRetries(deadline, () => this.attempt(work, deadline, options));
    return this.writers ? this.writers.run(tenantId, deadline, run) : run();
  }

  private attempt<T>(work: Work<T>, deadline: Deadline, options: WriteOptions): Attempt<T> {
    const changes: RowChange[] = [];
    const collecting: Work<T> = (manager) => {
      collectChanges(manager, changes);
      return this.marked(() => work(manager));
    };
    const { result, isRepeatable } = this.transact(collecting, deadline, options);
    // A transaction that failed may have been committed nevertheless.
    return { result: result.finally(() => this.announce(changes)), isRepeatable };
  }

  private announce(changes: readonly RowChange[]): void {
    for (const change of changes) this.listeners.get(change.entity)?.forEach((listener) => listener(change));
  }

  private transact<T>(work: Work<T>, deadline: Deadline, { relaxedDurability }: WriteOptions): Attempt<T> {
    const { pool } = this;
    if (pool) return inTransaction((transaction) => pool.run(deadline, transaction), work);
    const transaction = () => whenFree(deadline, () => this.sources.writer.transaction(work));
    const result = this.writeLock.run(() => {
      deadline.check();
      return relaxedDurability ? this.unsynced(transaction) : transaction();
    });
    return { result, isRepeatable: () => true };
  }

  /** SQLite only, where durability is a setting of the connection. */
  private async unsynced<T>(transaction: () => Promise<T>): Promise<T> {
    await this.sources.writer.query('PRAGMA synchronous = NORMAL');
    try {
      return await transaction();
    } finally {
      await this.sources.writer.query('PRAGMA synchronous = FULL');
    }
  }

  /**
   * Marks everything that `work` calls as inside a transaction. The storage is disabled while no transaction is open: on Node 20 it slows
   * down every promise of the process.
   */
  private async marked<T>(work: () => Promise<T>): Promise<T> {
    this.openTransactions++;
    try {
      return await this.insideTransaction.run(true, work);
    } finally {
      if (--this.openTransactions === 0) this.insideTransaction.disable();
    }
  }
}

/** Access to the rows of one tenant. */
interface TenantDatabase {
  read<T>(work: (store: TenantStore) => Promise<T>, options?: ReadOptions): Promise<T>;
  write<T>(work: (store: TenantStore) => Promise<T>, options?: WriteOptions): Promise<T>;
}

function deadlineOf({ timeoutMs = WORK_TIMEOUT_MS, until }: ReadOptions): Deadline {
  return Deadline.of(timeoutMs, until);
}

/** Starts a transaction on SQLite when no other process writes. One that finds the file busy has not run: it begins with the write lock. */
async function whenFree<T>(deadline: Deadline, transaction: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await transaction();
    } catch (error) {
      if (!isBusy(error) || deadline.remainingMs <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_BUSY_PAUSE_MS));
    }
  }
}
