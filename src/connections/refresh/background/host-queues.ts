export interface QueueLimits {
  /** Jobs in flight for one host. */
  perHost: number;
  /** Jobs in flight for all hosts together. */
  total: number;
  /** Waiting jobs for one host. */
  waiting: number;
}

/** A request to be made to a host. */
export interface Job {
  id: string;
  host: string;
}

interface Queue<T> {
  readonly waiting: Map<string, T>;
  inFlight: number;
}

/** One job queue for each host, served round-robin: a slow or failing host delays only its own jobs. */
export class HostQueues<T extends Job> {
  /** In round-robin order. */
  private readonly queues = new Map<string, Queue<T>>();
  /** The ids of all jobs that are waiting or in flight. */
  private readonly ids = new Set<string>();
  private inFlight = 0;

  constructor(private readonly limits: QueueLimits) {}

  /** Adds a job. @returns `false` if the job is already waiting or in flight, or its host's queue is full */
  add(job: T): boolean {
    const { id, host } = job;
    const queue = this.queues.get(host) ?? { waiting: new Map<string, T>(), inFlight: 0 };
    if (this.ids.has(id) || queue.waiting.size === this.limits.waiting) return false;
    this.ids.add(id);
    this.queues.set(host, queue);
    queue.waiting.set(id, job);
    return true;
  }

  /** Takes the jobs that can start now, within the limits. Call `done` for each of them. */
  next(): T[] {
    const jobs: T[] = [];
    for (let job = this.takeOne(); job; job = this.takeOne()) jobs.push(job);
    return jobs;
  }

  done({ id, host }: T): void {
    const queue = this.queues.get(host);
    if (!queue || !this.ids.delete(id)) return;
    this.inFlight--;
    queue.inFlight--;
    if (queue.inFlight + queue.waiting.size === 0) this.queues.delete(host);
  }

  /** Drops all waiting jobs. */
  clear(): void {
    for (const { waiting } of this.queues.values()) {
      for (const id of waiting.keys()) this.ids.delete(id);
      waiting.clear();
    }
  }

  /** Whether no job is waiting or in flight. */
  get isIdle(): boolean {
    return this.ids.size === 0;
  }

  private takeOne(): T | undefined {
    if (this.inFlight === this.limits.total) return undefined;
    for (const [host, queue] of this.queues) {
      const [first] = queue.waiting.values();
      if (!first || queue.inFlight === this.limits.perHost) continue;
      queue.waiting.delete(first.id);
      queue.inFlight++;
      this.inFlight++;
      // Moves the host to the end of the round.
      this.queues.delete(host);
      this.queues.set(host, queue);
      return first;
    }
    return undefined;
  }
}
