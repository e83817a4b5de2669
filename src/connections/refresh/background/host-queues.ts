import { Bulkhead } from '../../../common/index.js';

export interface QueueLimits {
  /** Jobs in flight for one host. */
  perHost: number;
  /** Jobs in flight for all hosts together. */
  total: number;
  /** Waiting jobs of one tenant for one host. */
  waiting: number;
}

/** A request to be made to a host for a tenant. */
export interface Job {
  id: string;
  tenantId: string;
  host: string;
}

type Waiting<T> = Map<string, T>;

const ALL_HOSTS = '';

/**
 * One job queue for each tenant and host, served round-robin: a slow or failing host delays only its own jobs, and a tenant's jobs do not delay
 * those of others.
 */
export class HostQueues<T extends Job> {
  /** In round-robin order; none is empty. */
  private readonly queues = new Map<string, Waiting<T>>();
  /** The ids of all jobs that are waiting or in flight. */
  private readonly ids = new Set<string>();
  private readonly hosts: Bulkhead;
  private readonly total: Bulkhead;

  constructor(private readonly limits: QueueLimits) {
    this.hosts = new Bulkhead(limits.perHost);
    this.total = new Bulkhead(limits.total);
  }

  /** Adds a job. @returns `false` if the job is already waiting or in flight, or its queue is full */
  add(job: T): boolean {
    const key = keyOf(job);
    const waiting = this.queues.get(key) ?? new Map<string, T>();
    if (this.ids.has(job.id) || waiting.size === this.limits.waiting) return false;
    this.ids.add(job.id);
    this.queues.set(key, waiting);
    waiting.set(job.id, job);
    return true;
  }

  /** Takes the jobs that can start now, within the limits. Call `done` for each of them. */
  next(): T[] {
    const jobs: T[] = [];
    for (let job = this.takeOne(); job; job = this.takeOne()) jobs.push(job);
    return jobs;
  }

  done({ id, tenantId, host }: T): void {
    if (!this.ids.delete(id)) return;
    this.hosts.release(host, tenantId);
    this.total.release(ALL_HOSTS, tenantId);
  }

  /** Drops all waiting jobs. */
  clear(): void {
    for (const waiting of this.queues.values()) {
      for (const id of waiting.keys()) this.ids.delete(id);
    }
    this.queues.clear();
  }

  /** Whether no job is waiting or in flight. */
  get isIdle(): boolean {
    return this.ids.size === 0;
  }

  private takeOne(): T | undefined {
    for (const [key, waiting] of this.queues) {
      const [first] = waiting.values();
      if (!first || !this.tryStart(first)) continue;
      waiting.delete(first.id);
      // Moves the queue to the end of the round.
      this.queues.delete(key);
      if (waiting.size > 0) this.queues.set(key, waiting);
      return first;
    }
    return undefined;
  }

  private tryStart({ tenantId, host }: T): boolean {
    if (!this.total.tryAcquire(ALL_HOSTS, tenantId)) return false;
    if (this.hosts.tryAcquire(host, tenantId)) return true;
    this.total.release(ALL_HOSTS, tenantId);
    return false;
  }
}

function keyOf({ tenantId, host }: Job): string {
  return `${tenantId} ${host}`;
}
