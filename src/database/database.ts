import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';
import { CountersignError, NotFoundError } from '../common/index.js';
import type { DataSources } from './data-sources.js';
import { failureOf, isOrphan } from './failures.js';
import { Mutex } from './mutex.js';
import { TenantStore } from './tenant-store.js';

/** A call from inside a transaction went around it: on SQLite it would not see the transaction's rows, elsewhere it could wait for itself. */
export class OutsideTransactionError extends Error {
  constructor(what: string) {
    super(`${what} inside a transaction: use the transaction's own store`);
    this.name = 'OutsideTransactionError';
  }
}

const MAX_ATTEMPTS = 8;

export interface WriteOptions {
  /**
   * A power cut may undo it: on SQLite, the commit does not wait for the disk. Whoever reads it before that is not told, and a process that
   * dies loses nothing. The next commit that waits makes it durable too.
   */
  mayBeUndone?: boolean;
}

/** The way to the rows. Reads see what is committed; all that is written goes through `write`. */
export class Database {
  private readonly gate = new Mutex();
  private readonly inside = new AsyncLocalStorage<true>();
  private open = 0;
  private readonly lastWrites: (() => Promise<unknown>)[] = [];

  constructor(private readonly sources: DataSources) {}

  /** The connection that reads, for queries that no tenant owns. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.inside.getStore()) throw new OutsideTransactionError('a read');
    return work(this.sources.reader.manager).catch(rethrow);
  }

  /**
   * Runs `work` in one transaction. On SQLite one transaction runs at a time; a deadlock, a lock wait that ran out and
   * a busy file start `work` again from the beginning, so it must not do anything that a rollback does not undo.
   *
   * @throws {OutsideTransactionError} called from inside another transaction
   * @throws {CountersignError} `unavailable`: the database does not answer
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    if (this.inside.getStore()) throw new OutsideTransactionError('a transaction');
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (failureOf(error) !== 'retry' || attempt === MAX_ATTEMPTS) return rethrow(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
      }
    }
  }

  /** The rows of one tenant, outside any transaction. */
  tenant(tenantId: string): { read: TenantWork; write: TenantWork<[options?: WriteOptions]> } {
    return {
      read: (work) => this.read((manager) => work(new TenantStore(manager, tenantId), manager)),
      write: (work, options) => this.write((manager) => work(new TenantStore(manager, tenantId), manager), options),
    };
  }

  /** @throws where the database does not answer */
  async ping(): Promise<void> {
    await this.read((manager) => manager.query('SELECT 1'));
  }

  /** The connection that migrations run on. */
  get dataSource(): DataSource {
    return this.sources.writer;
  }

  /** Has something written before the database closes: when the process stops, all calls have been answered by then. */
  beforeClosing(write: () => Promise<unknown>): void {
    this.lastWrites.push(write);
  }

  /** @throws {AggregateError} where a last write failed; the database is closed all the same */
  async close(): Promise<void> {
    const written = await Promise.allSettled(this.lastWrites.splice(0).map((write) => write()));
    const { reader, writer } = this.sources;
    await this.gate.run(() => writer.destroy());
    if (reader !== writer) await reader.destroy();
    const lost = written.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    if (lost.length > 0) throw new AggregateError(lost, 'not everything could be written before the database closed');
  }

  private attempt<T>(work: (manager: EntityManager) => Promise<T>, { mayBeUndone }: WriteOptions): Promise<T> {
    const transaction = () => this.marked(() => this.sources.writer.transaction(work));
    const isShared = this.sources.reader === this.sources.writer;
    if (isShared) return transaction();
    return this.gate.run(mayBeUndone ? () => this.unsynced(transaction) : transaction);
  }

  /** On SQLite, whose setting this is of the connection. */
  private async unsynced<T>(transaction: () => Promise<T>): Promise<T> {
    await this.sources.writer.query('PRAGMA synchronous = NORMAL');
    try {
      return await transaction();
    } finally {
      await this.sources.writer.query('PRAGMA synchronous = FULL');
    }
  }

  /**
   * Marks what `work` leads to as inside a transaction. While none is open the storage is off: on Node 20 it costs every promise
   * of the process.
   */
  private async marked<T>(work: () => Promise<T>): Promise<T> {
    this.open++;
    try {
      return await this.inside.run(true, work);
    } finally {
      if (--this.open === 0) this.inside.disable();
    }
  }
}

type TenantWork<More extends unknown[] = []> = <T>(
  work: (store: TenantStore, manager: EntityManager) => Promise<T>,
  ...more: More
) => Promise<T>;

function rethrow(error: unknown): never {
  if (isOrphan(error)) throw new NotFoundError('resource any more: what this belongs to has been deleted');
  if (failureOf(error) === undefined) throw error;
  throw new CountersignError('unavailable', 'the database does not answer', [], { cause: error });
}
