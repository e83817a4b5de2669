import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock, NotFoundError, randomText, RecurringJobs } from '../common/index.js';
import { Database, LONG } from '../database/index.js';
import { latencyColumn, zeroCounts, type CountName, type Counts } from './counts.js';
import { MinuteStatistics } from './minute-statistics.entity.js';

/** The action that an event is counted for. */
export interface Counted {
  tenantId: string;
  actionId: string;
}

const WRITE_INTERVAL_MS = 10_000;

const SWEEP_INTERVAL_MS = 3_600_000;

export const RETENTION_DAYS = 31;

/** Rows per statement. */
const BATCH_SIZE = 100;

/** Maximum number of rows in memory; further actions and minutes are not counted. */
const MAX_ROWS = 50_000;

interface Row extends Counted {
  minute: number;
  counts: Counts;
  isWritten: boolean;
}

/**
 * Counts events per minute in memory and writes the counts every few seconds. A killed process loses the counts since its last write; no
 * call waits for a count or fails because of one.
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
    jobs.add('statistics', WRITE_INTERVAL_MS, () => this.write());
    jobs.add('old statistics', SWEEP_INTERVAL_MS, () => this.sweep());
    database.beforeClosing(() => this.write());
  }

  /** @param milliseconds the latency of a call whose upstream responded */
  count(of: Counted, what: CountName, milliseconds?: number): void {
    const row = this.row(of);
    if (!row) return;
    row.isWritten = false;
    row.counts[what] = (row.counts[what] ?? 0) + 1;
    if (milliseconds === undefined) return;
    const column = latencyColumn(milliseconds);
    row.counts[column] = (row.counts[column] ?? 0) + 1;
  }

  /** Writes the counts that changed since the last write, and drops finished minutes from memory. */
  async write(): Promise<void> {
    const current = this.minute();
    const changed = [...this.rows.values()].filter(({ isWritten }) => !isWritten);
    for (const row of changed) row.isWritten = true;
    for (const [tenantId, rows] of byTenant(changed)) await this.writeTenant(tenantId, rows);
    for (const [key, { minute, isWritten }] of this.rows) {
      if (isWritten && minute < current) this.rows.delete(key);
    }
  }

  private async writeTenant(tenantId: string, rows: Row[]): Promise<void> {
    const values = rows.map(({ actionId, minute, counts }) => {
      return { ...counts, tenantId, actionId, minute, processId: this.processId };
    });
    try {
      for (let begin = 0; begin < values.length; begin += BATCH_SIZE) {
        const batch = values.slice(begin, begin + BATCH_SIZE);
        const keys = ['tenantId', 'minute', 'actionId', 'processId'];
        await this.database.write(async (manager) => void (await manager.upsert(MinuteStatistics, batch, keys)), {
          relaxedDurability: true,
        });
      }
    } catch (error) {
      // The tenant was deleted together with its counts.
      if (error instanceof NotFoundError) return;
      for (const row of rows) row.isWritten = false;
      throw error;
    }
  }

  private async sweep(): Promise<void> {
    const minute = LessThan(this.minute() - RETENTION_DAYS * 1440);
    await this.database.write(async (manager) => void (await manager.delete(MinuteStatistics, { minute })), LONG);
  }

  private row({ tenantId, actionId }: Counted): Row | undefined {
    const minute = this.minute();
    const key = `${tenantId} ${actionId} ${minute}`;
    const existing = this.rows.get(key);
    if (existing || this.rows.size >= MAX_ROWS) return existing;
    const row = { tenantId, actionId, minute, counts: zeroCounts(), isWritten: true };
    this.rows.set(key, row);
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
