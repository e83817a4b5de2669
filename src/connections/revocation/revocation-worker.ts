import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FindOptionsWhere } from 'typeorm';
import { Bulkhead, Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { ProviderRevocation } from './provider-revocation.js';
import type { RevocationItem } from './store/revocation-item.entity.js';
import { RevocationChunks } from './revocation-chunks.js';
import { RevocationQueue, type TakenItem, type TenantHost } from './revocation-queue.js';

/** Concurrent items per host. */
const BATCH_SIZE = 8;

/** Concurrent hosts, which makes 40 items in total; one tenant has items at four of them at most. */
const MAX_HOSTS = 5;
const HOSTS = '';

const SWEEP_MS = 3_600_000;

/**
 * Revokes the tokens of ended connections at their providers, with retries. Hosts and tenants are served round-robin, one batch of
 * one tenant's items each: a slow host delays only its own items, and a tenant's items do not delay those of others.
 */
@Injectable()
export class RevocationWorker implements BeforeApplicationShutdown {
  private readonly job: RecurringJob;
  /** Tenants and hosts that may have due items, by key, in round-robin order. */
  private readonly waiting = new Map<string, TenantHost>();
  private readonly busyHosts = new Set<string>();
  private readonly slots = new Bulkhead(MAX_HOSTS);
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly chunks: RevocationChunks,
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
    chunks.afterEach(() => this.wake());
    // Requests may still end connections during shutdown.
    database.beforeClosing(() => this.settle());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
    await this.settle();
  }

  /** Processes all due items. */
  async run(): Promise<void> {
    await this.chunks.followAll();
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
    for (const due of await this.queue.dueHosts()) this.waiting.set(keyOf(due), due);
    for (let count = 0; count < MAX_HOSTS; count++) this.track(this.serveHosts());
  }

  private async serveHosts(): Promise<void> {
    for (let next = this.takeNext(); next !== undefined; next = this.takeNext()) {
      const { tenantId, host } = next;
      if ((await this.processBatch({ tenantId, host })) > 0) this.waiting.set(keyOf(next), next);
      this.busyHosts.delete(host);
      this.slots.release(HOSTS, tenantId);
    }
  }

  private takeNext(): TenantHost | undefined {
    if (this.job.isStopping) return undefined;
    for (const [key, next] of this.waiting) {
      if (this.busyHosts.has(next.host) || !this.slots.tryAcquire(HOSTS, next.tenantId)) continue;
      this.waiting.delete(key);
      this.busyHosts.add(next.host);
      return next;
    }
    return undefined;
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

function keyOf({ tenantId, host }: TenantHost): string {
  return `${tenantId} ${host}`;
}
