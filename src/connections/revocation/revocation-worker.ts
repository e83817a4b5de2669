import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FindOptionsWhere } from 'typeorm';
import { Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { ProviderRevocation } from './provider-revocation.js';
import type { RevocationItem } from './store/revocation-item.entity.js';
import { RevocationQueue, type TakenItem } from './revocation-queue.js';

/** Concurrent items per host. */
const BATCH_SIZE = 8;

/** Concurrent hosts, which makes 32 items in total. */
const MAX_HOSTS = 4;

const SWEEP_MS = 3_600_000;

/**
 * Revokes the tokens of ended connections at their providers, with retries. Hosts are served round-robin, one batch each, so that a slow
 * host delays only its own items.
 */
@Injectable()
export class RevocationWorker implements BeforeApplicationShutdown {
  private readonly job: RecurringJob;
  /** Hosts that may have due items, in round-robin order. */
  private readonly waiting = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly queue: RevocationQueue,
    private readonly provider: ProviderRevocation,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    settings: Settings,
    database: Database,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('revocations', settings.refresh.intervalMs, () => this.startRound());
    jobs.add('old revocations', SWEEP_MS, () => queue.sweep());
    // Requests may still end connections during shutdown.
    database.beforeClosing(() => this.settle());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
    await this.settle();
  }

  /** Processes all due items. */
  async run(): Promise<void> {
    await this.startRound();
    await this.settle();
  }

  /** Starts a round without waiting for it. */
  wake(): void {
    this.job.wake();
  }

  /** Processes the items of one revocation now, ahead of other items. */
  processRevocation(tenantId: string, revocationId: string): Promise<void> {
    return this.track(this.processBatch({ tenantId, revocationId }).then(() => undefined));
  }

  /** Starts a round even if an earlier one is still waiting for slow hosts. */
  private async startRound(): Promise<void> {
    for (const host of await this.queue.dueHosts()) this.waiting.add(host);
    for (let count = 0; count < MAX_HOSTS; count++) this.track(this.serveHosts());
  }

  private async serveHosts(): Promise<void> {
    for (let host = this.nextHost(); host !== undefined; host = this.nextHost()) {
      this.waiting.delete(host);
      this.busy.add(host);
      if ((await this.processBatch({ host })) > 0) this.waiting.add(host);
      this.busy.delete(host);
    }
  }

  private nextHost(): string | undefined {
    if (this.job.isStopping || this.busy.size === MAX_HOSTS) return undefined;
    return [...this.waiting].find((host) => !this.busy.has(host));
  }

  /** @returns the number of processed items; 0 if the database failed, in which case the next round retries */
  private async processBatch(where: FindOptionsWhere<RevocationItem>): Promise<number> {
    try {
      const items = await this.queue.take(where, BATCH_SIZE);
      const attempt = async (item: TakenItem) => ({ item, result: await this.provider.attempt(item) });
      const attempts = await Promise.all(items.map(attempt));
      await this.queue.store(attempts);
      for (const { result } of attempts) this.metrics.revocations.inc({ result: result.status });
      return items.length;
    } catch (err) {
      this.logger.error({ err }, 'revocation results could not be stored; the revocations are repeated');
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
