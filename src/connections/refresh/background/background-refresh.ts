import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Logger, RecurringJobs, type RecurringJob } from '../../../common/index.js';
import { Settings } from '../../../config/index.js';
import { Connection } from '../../store/connection.entity.js';
import { ActionClients } from '../action-clients.js';
import { DueList, type DueConnection } from '../due-list.js';
import { HostQueues } from './host-queues.js';
import { RefreshLease } from '../lease.js';
import { ProviderBackoff } from './provider-backoff.js';
import { Refresher, type RefreshResult } from '../refresher.js';
import { UnusableConnectionError } from '../unusable-connection.error.js';

/**
 * Limits of all tenants together. One tenant gets at most 8 jobs at a host and 64 in total. A waiting job takes about 250 bytes. Jobs beyond the
 * limit are found again in the next round.
 */
const LIMITS = { perHost: 10, total: 85, waiting: 20_000 };

/** How long to collect free slots before taking leases, so that one transaction takes several. */
const GATHER_MS = 10;

/** Attempts to take the lease of a row that another replica has locked. The next round finds the row again. */
const MAX_LEASE_ATTEMPTS = 5;

interface RefreshJob extends DueConnection {
  host: string;
  /** Revision of the action: a changed action is not paused because its old settings failed. */
  revision: number;
  attempt: number;
}

/**
 * Refreshes tokens before a call needs them, and those of inactive users before their refresh tokens expire.
 *
 * Each round adds the due connections to queues by tenant and provider host, which are worked off concurrently: a round does not wait for
 * providers. Replicas read the same list and divide it by taking leases.
 */
@Injectable()
export class BackgroundRefresh implements BeforeApplicationShutdown {
  private readonly queues = new HostQueues<RefreshJob>(LIMITS);
  private readonly backoff = new ProviderBackoff();
  private readonly rounds: RecurringJob;
  private isStarting = false;
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly dueList: DueList,
    private readonly clients: ActionClients,
    private readonly lease: RefreshLease,
    private readonly refresher: Refresher,
    private readonly clock: Clock,
    private readonly logger: Logger,
    settings: Settings,
    jobs: RecurringJobs,
  ) {
    this.rounds = jobs.add('background refresh', settings.refresh.intervalMs, () => this.enqueueDue());
  }

  /** Starts no more refreshes, and waits for those in flight. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
    this.queues.clear();
    await this.waitUntilIdle();
  }

  /** Refreshes everything that is due now. @returns the number of due connections */
  async refreshDue(): Promise<number> {
    const count = await this.enqueueDue();
    await this.waitUntilIdle();
    return count;
  }

  private async enqueueDue(): Promise<number> {
    let count = 0;
    for await (const page of this.dueList.pages()) {
      for (const due of page) {
        if (this.rounds.isStopping) return count;
        if (this.queues.add({ ...due, ...(await this.targetOf(due)), attempt: 1 })) count++;
      }
      this.start();
    }
    return count;
  }

  /** Returns an empty host for unusable connections: they have a queue of their own, and the refresh reports the error. */
  private targetOf(due: DueConnection): Promise<Pick<RefreshJob, 'host' | 'revision'>> {
    return this.clients.refreshTarget(due).catch((error: unknown) => {
      if (error instanceof UnusableConnectionError) return { host: '', revision: 0 };
      throw error;
    });
  }

  private start(): void {
    if (this.isStarting) return;
    this.isStarting = true;
    this.startWaiting()
      .catch((err: unknown) => {
        this.logger.error({ err }, 'leases of due connections could not be taken; retrying in the next round');
        this.queues.clear();
      })
      .finally(() => {
        this.isStarting = false;
        this.resolveIfIdle();
      });
  }

  /** Starts jobs until the limits are reached. A job that ends calls `start` again. */
  private async startWaiting(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      const jobs = this.queues.next();
      if (jobs.length === 0) return;
      await this.startJobs(jobs);
    }
  }

  private async startJobs(jobs: RefreshJob[]): Promise<void> {
    const now = this.clock.now();
    const wanted = jobs.filter((job) => !this.backoff.isPaused(backoffKey(job), now) && this.refresher.canBegin(job));
    const rows = new Map<string, Connection>();
    let skipped = new Set<string>();
    try {
      if (wanted.length > 0) {
        const { taken, passedOver } = await this.lease.takeDue(wanted);
        for (const row of taken) rows.set(row.id, row);
        skipped = passedOver;
      }
    } finally {
      for (const job of jobs) {
        const row = rows.get(job.id);
        if (row) void this.refresh(job, row);
        else this.queues.done(job);
        if (skipped.has(job.id) && job.attempt < MAX_LEASE_ATTEMPTS) {
          this.queues.add({ ...job, attempt: job.attempt + 1 });
        }
      }
    }
  }

  private async refresh(job: RefreshJob, row: Connection): Promise<void> {
    try {
      this.recordResult(backoffKey(job), await this.refresher.refreshLeased(row));
    } catch (err) {
      // One failing connection must not stop the others.
      this.logger.error({ err, connection_id: row.id }, 'background refresh failed');
    }
    this.queues.done(job);
    this.start();
  }

  private recordResult(key: string, result: RefreshResult): void {
    if (result === 'renewed' || result === 'refused') this.backoff.recordSuccess(key);
    if (result === 'unavailable' || result === 'unreadable') this.backoff.recordFailure(key, this.clock.now());
  }

  private waitUntilIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.idleWaiters.push(resolve);
      this.resolveIfIdle();
    });
  }

  private resolveIfIdle(): void {
    if (this.isStarting || !this.queues.isIdle) return;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}

function backoffKey({ actionId, revision }: RefreshJob): string {
  return `${actionId} ${revision}`;
}
