/** The jobs of one tenant. */
interface Share {
  running: number;
  /** In the order of arrival. */
  readonly waiting: (() => void)[];
}

/** A tenant has as many jobs waiting as it may have. */
export class TooManyJobsError extends Error {
  constructor(readonly maximum: number) {
    super(`${maximum} jobs of this tenant are waiting already`);
    this.name = 'TooManyJobsError';
  }
}

export interface TurnLimits {
  /** Jobs that run at the same time. */
  readonly slots: number;
  /** Jobs of one tenant that run at the same time. */
  readonly slotsPerTenant: number;
  /** Jobs of one tenant that wait. */
  readonly waitingPerTenant: number;
}

/** Lets a limited number of jobs run. Tenants take turns, so that the many jobs of one do not delay the first job of another. */
export class Turns {
  /** In round-robin order. */
  readonly #shares = new Map<string, Share>();
  #running = 0;

  constructor(private readonly limits: TurnLimits) {}

  /**
   * Waits for the tenant's turn. Call {@link release} when the job has ended.
   *
   * @throws {TooManyJobsError} too many jobs of the tenant are waiting
   */
  async acquire(tenantId: string): Promise<void> {
    const share = this.#shares.get(tenantId) ?? { running: 0, waiting: [] };
    if (share.waiting.length >= this.limits.waitingPerTenant) throw new TooManyJobsError(this.limits.waitingPerTenant);
    this.#shares.set(tenantId, share);
    if (share.waiting.length === 0 && this.#canRun(share)) this.#start(share);
    else await new Promise<void>((resolve) => share.waiting.push(resolve));
  }

  /** Ends a job and starts the next ones. */
  release(tenantId: string): void {
    const share = this.#shares.get(tenantId);
    if (share === undefined) return;
    this.#running--;
    share.running--;
    // Moves the tenant to the end of the round.
    this.#shares.delete(tenantId);
    if (share.running + share.waiting.length > 0) this.#shares.set(tenantId, share);
    while (this.#startNext());
  }

  #canRun({ running }: Share): boolean {
    return this.#running < this.limits.slots && running < this.limits.slotsPerTenant;
  }

  #start(share: Share): void {
    this.#running++;
    share.running++;
  }

  #startNext(): boolean {
    for (const [tenantId, share] of this.#shares) {
      if (share.waiting.length === 0 || !this.#canRun(share)) continue;
      const start = share.waiting.shift();
      this.#start(share);
      this.#shares.delete(tenantId);
      this.#shares.set(tenantId, share);
      start?.();
      return true;
    }
    return false;
  }
}
