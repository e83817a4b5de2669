import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Logger, RecurringJobs } from '../common/index.js';
import { Database } from '../database/index.js';
import { Metrics } from '../metrics/index.js';

const INTERVAL_MS = 60_000;

/** A difference that is logged. */
const NOTABLE_MS = 1000;

/** The number of measurements. The quickest counts, because it is the most precise. */
const SAMPLES = 3;

/** How far the database's clock is ahead, and by how much the measurement may be wrong. */
interface Measurement {
  offsetMs: number;
  uncertaintyMs: number;
}

/**
 * Makes the clock follow the database's, so that leases and expiry times mean the same in every replica. With SQLite there is one machine,
 * and so one clock.
 */
@Injectable()
export class SharedClock implements OnModuleInit {
  private offsetMs = 0;
  private loggedMs = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    if (this.isShared) jobs.add('clock', INTERVAL_MS, () => this.synchronize());
  }

  async onModuleInit(): Promise<void> {
    if (this.isShared) await this.synchronize();
  }

  /** Measures the database's clock and follows it. */
  async synchronize(): Promise<void> {
    const { offsetMs, uncertaintyMs } = await this.measure();
    if (Math.abs(offsetMs - this.offsetMs) > uncertaintyMs) {
      this.offsetMs = offsetMs;
      this.clock.follow(offsetMs);
    }
    this.metrics.clockOffset.set(this.offsetMs / 1000);
    this.logChange();
  }

  private logChange(): void {
    if (Math.abs(this.offsetMs - this.loggedMs) < NOTABLE_MS) return;
    this.loggedMs = this.offsetMs;
    this.logger.warn(
      { offset_seconds: this.offsetMs / 1000 },
      "this machine's clock differs from the database's, which is used; synchronize both with NTP",
    );
  }

  private async measure(): Promise<Measurement> {
    const samples: Measurement[] = [];
    for (let count = 0; count < SAMPLES; count++) samples.push(await this.sample());
    return samples.reduce((best, each) => (each.uncertaintyMs < best.uncertaintyMs ? each : best));
  }

  private async sample(): Promise<Measurement> {
    const before = this.clock.local();
    const [row] = (await this.database.read((manager) =>
      manager.query("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) AS microseconds"),
    )) as { microseconds: unknown }[];
    const after = this.clock.local();
    return {
      offsetMs: Math.round(Number(row?.microseconds) / 1000 - (before + after) / 2),
      uncertaintyMs: (after - before) / 2 + 1,
    };
  }

  private get isShared(): boolean {
    return this.database.dataSource.options.type !== 'better-sqlite3';
  }
}
