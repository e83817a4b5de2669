import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock, NotFoundError, randomText, RecurringJobs } from '../common/index.js';
import { Database } from '../database/index.js';
import { latencyColumn, noCounts, type CountName, type Counts } from './counts.js';
import { MinuteStatistics } from './minute-statistics.entity.js';

/** What a count is of. */
export interface Counted {
  tenantId: string;
  actionId: string;
}

const WRITE_MS = 10_000;

const SWEEP_MS = 3_600_000;

/** How long minutes are kept. */
export const KEPT_DAYS = 31;

/** Rows that one statement writes. */
const BATCH = 100;

/** Counts that wait to be written at the most: beyond it, what is new is not counted. */
const MAX_ROWS = 50_000;

interface Row extends Counted {
  minute: number;
  counts: Counts;
  isWritten: boolean;
}

/**
 * Counts what happens in each minute, in memory, and writes the counts every few seconds. A process that is killed loses what it had counted
 * since; no call waits for a count, or fails by it.
 */
@Injectable()
export class Statistics {
  private readonly processId = randomText(26);
  private readonly rows = new Map<string, Row>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('statistics', WRITE_MS, () => this.write());
    jobs.add('old statistics', SWEEP_MS, () => this.sweep());
    database.beforeClosing(() => this.write());
  }

  /** @param milliseconds how long it took, of a call that the upstream has answered */
  count(of: Counted, what: CountName, milliseconds?: number): void {
    const row = this.row(of);
    if (!row) return;
    row.isWritten = false;
    row.counts[what] = (row.counts[what] ?? 0) + 1;
    if (milliseconds === undefined) return;
    const column = latencyColumn(milliseconds);
    row.counts[column] = (row.counts[column] ?? 0) + 1;
  }

  /** Writes what has been counted since it was written last; forgets minutes that are over. */
  async write(): Promise<void> {
    const current = this.minute();
    const fresh = [...this.rows.values()].filter(({ isWritten }) => !isWritten);
    for (const row of fresh) row.isWritten = true;
    for (const [tenantId, rows] of byTenant(fresh)) await this.writeTenant(tenantId, rows);
    for (const [place, { minute, isWritten }] of this.rows) {
      if (isWritten && minute < current) this.rows.delete(place);
    }
  }

  private async writeTenant(tenantId: string, rows: Row[]): Promise<void> {
    const values = rows.map(({ actionId, minute, counts }) => {
      return { ...counts, tenantId, actionId, minute, processId: this.processId };
    });
    try {
      for (let begin = 0; begin < values.length; begin += BATCH) {
        const batch = values.slice(begin, begin + BATCH);
        const keys = ['tenantId', 'minute', 'actionId', 'processId'];
        await this.database.write(async (manager) => void (await manager.upsert(MinuteStatistics, batch, keys)), {
          relaxedDurability: true,
        });
      }
    } catch (error) {
      // The tenant has been deleted, and with it what was counted.
      if (error instanceof NotFoundError) return;
      for (const row of rows) row.isWritten = false;
      throw error;
    }
  }

  private async sweep(): Promise<void> {
    const minute = LessThan(this.minute() - KEPT_DAYS * 1440);
    await this.database.write(async (manager) => void (await manager.delete(MinuteStatistics, { minute })));
  }

  private row({ tenantId, actionId }: Counted): Row | undefined {
    const minute = this.minute();
    const place = `${tenantId} ${actionId} ${minute}`;
    const known = this.rows.get(place);
    if (known || this.rows.size >= MAX_ROWS) return known;
    const row = { tenantId, actionId, minute, counts: noCounts(), isWritten: true };
    this.rows.set(place, row);
    return row;
  }

  private minute(): number {
    return Math.floor(this.clock.now().getTime() / 60_000);
  }
}

function byTenant(rows: Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.tenantId, [...(groups.get(row.tenantId) ?? []), row]);
  return groups;
}
