import type { Clock, RecurringJobs } from '../common/index.js';
import { Bulk, type RowKey } from './bulk.js';
import type { Database } from './database.js';

export interface UsedRow extends RowKey {
  lastUsedAt: Date | null;
}

/** The precision of `lastUsedAt`. */
const PRECISION_MS = 60_000;

const WRITE_INTERVAL_MS = 5000;

/** Rows that were used or written within the last minute. */
const MAX_ROWS = 100_000;

/** Rows per statement. SQLite limits the terms of a condition to 1000. */
const BATCH_SIZE = 500;

interface Use {
  row: RowKey;
  /** The last use that is not written yet. */
  usedAt: Date | undefined;
  writtenAt: number;
}

/** What records of last uses depend on. */
interface Dependencies {
  database: Database;
  clock: Clock;
  jobs: RecurringJobs;
}

/**
 * Records when rows were last used. A job writes each row at most once a minute, all rows that are due with one statement, and the rest when
 * the database closes. No call waits for these writes or fails with them.
 */
export class LastUse<E extends UsedRow> {
  private readonly uses = new Map<string, Use>();

  /** @param name of the rows, for the log */
  constructor(
    private readonly entity: new () => E,
    name: string,
    private readonly dependencies: Dependencies,
  ) {
    dependencies.jobs.add(`last uses of ${name}`, WRITE_INTERVAL_MS, () => this.writeDue());
    dependencies.database.beforeClosing(() => this.write((use) => use.usedAt !== undefined));
  }

  record({ tenantId, id, lastUsedAt }: UsedRow): void {
    const usedAt = this.dependencies.clock.now();
    const key = `${tenantId} ${id}`;
    const known = this.uses.get(key);
    if (known) known.usedAt = usedAt;
    else if (this.uses.size < MAX_ROWS) {
      this.uses.set(key, { row: { tenantId, id }, usedAt, writtenAt: lastUsedAt?.getTime() ?? 0 });
    }
  }

  /** Writes the uses of rows whose last write is a minute old, and forgets rows that have not been used since. */
  async writeDue(): Promise<void> {
    const now = this.dependencies.clock.now().getTime();
    const isDue = ({ writtenAt }: Use) => now - writtenAt >= PRECISION_MS;
    for (const [key, use] of this.uses) if (!use.usedAt && isDue(use)) this.uses.delete(key);
    await this.write((use) => use.usedAt !== undefined && isDue(use));
  }

  private async write(isIncluded: (use: Use) => boolean): Promise<void> {
    const included = [...this.uses.values()].filter(isIncluded);
    for (let from = 0; from < included.length; from += BATCH_SIZE) {
      await this.writeBatch(included.slice(from, from + BATCH_SIZE));
    }
  }

  private async writeBatch(batch: readonly Use[]): Promise<void> {
    const { database, clock } = this.dependencies;
    const updates = batch.map(({ row, usedAt }) => ({ row, changes: { lastUsedAt: usedAt } as Partial<E> }));
    const writtenAt = clock.now().getTime();
    await database.write((manager) => new Bulk(manager, this.entity).updateEach(updates), { relaxedDurability: true });
    for (const [index, use] of batch.entries()) {
      use.writtenAt = writtenAt;
      if (use.usedAt === updates[index]?.changes.lastUsedAt) use.usedAt = undefined;
    }
  }
}
