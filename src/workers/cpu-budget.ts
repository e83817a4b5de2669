/** How much CPU time a tenant has left. */
interface Account {
  milliseconds: number;
  /** When `milliseconds` was computed, in milliseconds of a monotonic clock. */
  at: number;
}

export interface CpuAllowance {
  /** What a tenant may use at once, in milliseconds. */
  readonly burstMs: number;
  /** What comes back, in milliseconds for each second. */
  readonly refillPerSecond: number;
}

/**
 * Limits the CPU time that each tenant uses in worker threads (token bucket). Nothing resets it: jobs that end well are charged like jobs that
 * time out.
 */
export class CpuBudget {
  readonly #accounts = new Map<string, Account>();

  constructor(
    private readonly allowance: CpuAllowance,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns how many seconds a tenant has to wait until it may use CPU time again; 0 if it may now. */
  secondsToWait(tenantId: string): number {
    const { milliseconds } = this.#current(tenantId);
    return milliseconds > 0 ? 0 : Math.ceil((1 - milliseconds) / this.allowance.refillPerSecond);
  }

  /** Charges a tenant for a job. The account may become negative by one job. */
  charge(tenantId: string, milliseconds: number): void {
    const account = this.#current(tenantId);
    this.#removeFull();
    this.#accounts.set(tenantId, { ...account, milliseconds: account.milliseconds - milliseconds });
  }

  #current(tenantId: string): Account {
    const now = this.now();
    const { burstMs, refillPerSecond } = this.allowance;
    const { milliseconds, at } = this.#accounts.get(tenantId) ?? { milliseconds: burstMs, at: now };
    return { milliseconds: Math.min(burstMs, milliseconds + ((now - at) / 1000) * refillPerSecond), at: now };
  }

  /** Forgets the least recently charged accounts that are full again, so that the map does not grow with every tenant there ever was. */
  #removeFull(): void {
    for (const tenantId of this.#accounts.keys()) {
      if (this.#current(tenantId).milliseconds < this.allowance.burstMs) break;
      this.#accounts.delete(tenantId);
    }
  }
}
