import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FindOptionsWhere } from 'typeorm';
import { Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { ProviderNotice } from './provider-notice.js';
import type { RevocationItem } from './revocation-item.entity.js';
import { RevocationQueue, type TakenItem } from './revocation-queue.js';

/** How many connections a host is told of at once. */
const PER_HOST = 8;

/** How many hosts are told at once: 32 connections in all. */
const HOSTS_AT_ONCE = 4;

const SWEEP_MS = 3_600_000;

/**
 * Tells providers of the connections that have ended, until they confirm it or are given up. Hosts take turns, a batch each, so that one
 * that is slow keeps nobody but its own.
 */
@Injectable()
export class RevocationWorker implements BeforeApplicationShutdown {
  private readonly job: RecurringJob;
  /** Hosts for which something may be due, in the order of their turns. */
  private readonly waiting = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly queue: RevocationQueue,
    private readonly notice: ProviderNotice,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    settings: Settings,
    database: Database,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('revocations', settings.refresh.intervalMs, () => this.begin());
    jobs.add('old revocations', SWEEP_MS, () => queue.sweep());
    // For those who disconnect while the process stops.
    database.beforeClosing(() => this.settle());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
    await this.settle();
  }

  /** Tells of all that is due. */
  async run(): Promise<void> {
    await this.begin();
    await this.settle();
  }

  /** Begins with what a command has left, without waiting for it. */
  nudge(): void {
    this.job.nudge();
  }

  /** Tells at once of what one command has left, ahead of what others have. */
  tell(tenantId: string, revocationId: string): Promise<void> {
    return this.track(this.tellBatch({ tenantId, revocationId }).then(() => undefined));
  }

  /** Whatever is under way: a host that takes long is no reason not to look for others. */
  private async begin(): Promise<void> {
    for (const host of await this.queue.dueHosts()) this.waiting.add(host);
    for (let count = 0; count < HOSTS_AT_ONCE; count++) this.track(this.takeTurns());
  }

  private async takeTurns(): Promise<void> {
    for (let host = this.next(); host !== undefined; host = this.next()) {
      this.waiting.delete(host);
      this.busy.add(host);
      if ((await this.tellBatch({ host })) > 0) this.waiting.add(host);
      this.busy.delete(host);
    }
  }

  private next(): string | undefined {
    if (this.job.isStopping || this.busy.size === HOSTS_AT_ONCE) return undefined;
    return [...this.waiting].find((host) => !this.busy.has(host));
  }

  /** @returns how many were told; none also where the database does not answer: then the next round goes on */
  private async tellBatch(where: FindOptionsWhere<RevocationItem>): Promise<number> {
    try {
      const items = await this.queue.take(where, PER_HOST);
      const give = async (item: TakenItem) => ({ item, verdict: await this.notice.give(item) });
      const told = await Promise.all(items.map(give));
      await this.queue.store(told);
      for (const { verdict } of told) this.metrics.revocations.inc({ result: verdict.status });
      return items.length;
    } catch (err) {
      this.logger.error(
        { err },
        'what providers say to ended connections could not be stored; they will be told again',
      );
      return 0;
    }
  }

  private track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.working.delete(tracked));
    this.working.add(tracked);
    return tracked;
  }

  private async settle(): Promise<void> {
    await Promise.all(this.working);
  }
}
