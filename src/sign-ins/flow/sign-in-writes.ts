import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  backoffMs,
  Clock,
  CountersignError,
  HeldWrites,
  Logger,
  NotFoundError,
  type Backoff,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { UnsealError } from '../../vault/index.js';

/** How long attempts to store a result begin while a browser waits. The last one may take as long as work on the database may. */
export const STORE_WAIT_MS = 25_000;

/** Results that are held before no further sign-in is completed. */
const MAX_HELD = 1000;

const BACKOFF: Backoff = { firstMs: 100, maxMs: 1000 };

/**
 * Retries what a sign-in reads and writes after its state was consumed. The browser cannot send the authorization response again, and the
 * code is used once: a failure of the database must not end the sign-in without a result.
 */
@Injectable()
export class SignInWrites {
  private readonly held: HeldWrites<string>;

  constructor(
    database: Database,
    metrics: Metrics,
    logger: Logger,
    settings: Settings,
    private readonly clock: Clock,
  ) {
    this.held = new HeldWrites({
      name: 'results of sign-ins',
      logger,
      onSize: (size) => metrics.heldWrites.set({ kind: 'sign_in' }, size),
    });
    database.beforeClosing(() => this.held.close(settings.shutdown.timeoutMs));
  }

  /** @throws {CountersignError} `unavailable`: too many results wait to be stored */
  requireCapacity(): void {
    if (this.held.size < MAX_HELD) return;
    throw new CountersignError('unavailable', 'the results of other sign-ins cannot be stored; try again later');
  }

  /**
   * Repeats `work` until it succeeds, for as long as a browser waits.
   *
   * @param work may have succeeded in an attempt that reported a failure, so it must be idempotent
   * @throws the failure of the last attempt, or one that repeating does not change
   */
  async retry<T>(work: () => Promise<T>): Promise<T> {
    const deadline = this.clock.in(STORE_WAIT_MS);
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        const isFinal = error instanceof NotFoundError || error instanceof UnsealError;
        if (isFinal || this.clock.now() > deadline) throw error;
      }
      await setTimeout(backoffMs(failures, BACKOFF));
    }
  }

  /** Keeps a write in memory and repeats it until it succeeds, its tenant or action is deleted, or the process ends. */
  hold(signInId: string, write: () => Promise<unknown>, error: unknown): void {
    const unlessGone = () =>
      write().catch((failure: unknown) => {
        if (!(failure instanceof NotFoundError)) throw failure;
      });
    // The shutdown reports what is lost at the end of the process.
    this.held.hold(signInId, unlessGone, error).catch(() => undefined);
  }
}
