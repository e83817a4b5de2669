import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';
import { CountersignError, NotFoundError } from '../common/index.js';
import type { DataSources } from './data-sources.js';
import { failureOf, isForeignKeyViolation } from './failures.js';
import { Mutex } from './mutex.js';
import { TenantStore } from './tenant-store.js';

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

const MAX_ATTEMPTS = 8;

export interface WriteOptions {
  /**
   * Lets the commit return before the data is on disk (SQLite only): a power failure may undo it, the end of the process does not. The next
   * commit without this option makes it durable too.
   */
  relaxedDurability?: boolean;
}

/** The database connections. Reads see committed data; every write goes through `write`. */
export class Database {
  private readonly writeLock = new Mutex();
  private readonly insideTransaction = new AsyncLocalStorage<true>();
  private openTransactions = 0;
  private readonly finalWrites: (() => Promise<unknown>)[] = [];

  constructor(private readonly sources: DataSources) {}

  /** Reads rows of any tenant, outside a transaction. For the rows of one tenant, use `tenant`. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.insideTransaction.getStore()) throw new OutsideTransactionError('a read');
    return work(this.sources.reader.manager).catch(rethrow);
  }

  /**
   * Runs `work` in one transaction. On SQLite one transaction runs at a time. After a deadlock, a lock timeout or a busy file, `work` runs
   * again from the beginning, so it must not have effects that a rollback does not undo.
   *
   * @throws {OutsideTransactionError} called inside another transaction
   * @throws {CountersignError} `unavailable`: the database does not respond
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    if (this.insideTransaction.getStore()) throw new OutsideTransactionError('a transaction');
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (failureOf(error) !== 'retry' || attempt === MAX_ATTEMPTS) return rethrow(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
      }
    }
  }

  /** Reads or writes the rows of one tenant. */
  tenant(tenantId: string): TenantDatabase {
    return {
      read: (work) => this.read((manager) => work(new TenantStore(manager, tenantId))),
      write: (work, options) => this.write((manager) => work(new TenantStore(manager, tenantId)), options),
    };
  }

  /**
   * Removes deleted data from SQLite's write-ahead log: copies the log into the database file, where deleted data is overwritten, and empties
   * it. Other databases keep their logs (docs/operation.md).
   *
   * @returns `false` if another process that reads the database prevents it
   */
  async purgeDeleted(): Promise<boolean> {
    if (this.isPool) return true;
    return this.writeLock.run(async () => {
      const [result] = (await this.sources.writer.query('PRAGMA wal_checkpoint(TRUNCATE)')) as { busy: number }[];
      return result?.busy === 0;
    });
  }

  /** @throws {Error} the database does not respond */
  async ping(): Promise<void> {
    await this.read((manager) => manager.query('SELECT 1'));
  }

  /** The connection for migrations. */
  get dataSource(): DataSource {
    return this.sources.writer;
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

  private attempt<T>(work: (manager: EntityManager) => Promise<T>, { relaxedDurability }: WriteOptions): Promise<T> {
    const transaction = () => this.marked(() => this.sources.writer.transaction(work));
    if (this.isPool) return transaction();
    return this.writeLock.run(relaxedDurability ? () => this.unsynced(transaction) : transaction);
  }

  private get isPool(): boolean {
    return this.sources.reader === this.sources.writer;
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
  read<T>(work: (store: TenantStore) => Promise<T>): Promise<T>;
  write<T>(work: (store: TenantStore) => Promise<T>, options?: WriteOptions): Promise<T>;
}

function rethrow(error: unknown): never {
  // The row that this one belongs to was deleted concurrently.
  if (isForeignKeyViolation(error)) throw new NotFoundError('parent resource');
  if (failureOf(error) === undefined) throw error;
  throw new CountersignError('unavailable', 'the database does not respond', [], { cause: error });
}
