import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Clock, Logger, RecurringJob } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Connection } from './connection.entity.js';
import { Refresher } from './refresher.js';

const BATCH = 200;
const AT_ONCE = 8;

/**
 * Renews tokens before anybody waits for them, and those of users who are away before their refresh tokens lapse.
 * The due list is the connections themselves; replicas that find the same row meet at its lease.
 */
@Injectable()
export class BackgroundRefresh implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly job: RecurringJob;

  constructor(
    private readonly database: Database,
    private readonly refresher: Refresher,
    private readonly clock: Clock,
    private readonly logger: Logger,
    settings: Settings,
  ) {
    this.job = new RecurringJob('background refresh', settings.refresh.intervalMs, () => this.renewDue(), logger);
  }

  onApplicationBootstrap(): void {
    this.job.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.job.stop();
  }

  /** Renews what is due now. @returns how many rows that were */
  async renewDue(): Promise<number> {
    const due = await this.database.read((manager) =>
      manager.find(Connection, {
        where: { status: 'active', refreshAt: LessThanOrEqual(this.clock.now()) },
        order: { refreshAt: 'ASC' },
        take: BATCH,
      }),
    );
    const queue = due.values();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work(queue)));
    return due.length;
  }

  private async work(queue: IterableIterator<Connection>): Promise<void> {
    for (const row of queue) {
      if (this.job.isStopping) return;
      try {
        await this.refresher.refresh(row);
      } catch (err) {
        // One row that cannot be renewed must not keep the others from it.
        this.logger.error({ err, connection_id: row.id }, 'a connection could not be renewed in the background');
      }
    }
  }
}
