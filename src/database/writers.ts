import { Bulkhead, CountersignError } from '../common/index.js';
import type { Deadline } from './deadline.js';

/** The key of the only bulkhead. */
const POOL = 'pool';

/** The share of the pool that writers may use together, so that reads always find a connection. */
const SHARE = 0.8;

/**
 * Divides the connections between the tenants that write: a tenant whose transactions wait for a locked row takes at most three quarters of what
 * the others leave. Tenants that wait are served in turn.
 */
export class Writers {
  readonly #slots: Bulkhead;

  constructor(poolSize: number) {
    this.#slots = new Bulkhead(Math.max(1, Math.floor(poolSize * SHARE)));
  }

  /** @throws {CountersignError} `unavailable`: no connection was free by the deadline */
  async run<T>(tenantId: string, deadline: Deadline, work: () => Promise<T>): Promise<T> {
    if (!this.#slots.tryAcquire(POOL, tenantId)) await this.#waitForTurn(tenantId, deadline);
    try {
      return await work();
    } finally {
      this.#slots.release(POOL, tenantId);
    }
  }

  #waitForTurn(tenantId: string, deadline: Deadline): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#slots.wait(POOL, tenantId, () => {
        stopWaiting();
        resolve();
      });
      const stopWaiting = deadline.onPassed(() => {
        cancel();
        reject(new CountersignError('unavailable', 'earlier changes still wait for the database; try again later'));
      });
    });
  }
}
