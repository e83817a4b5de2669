import { Injectable } from '@nestjs/common';
import { CountersignError, HeldWrites, Logger, withTimeout } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Metrics } from '../../metrics/index.js';
import type { Connection } from '../store/connection.entity.js';
import { RefreshLease } from './lease.js';

/** How long callers wait for tokens that could not be stored at first. */
const CALLER_WAIT_MS = 5000;

/**
 * Results that are held before no further refresh begins, of one tenant and in total. More than the refreshes that can be in flight are only
 * held if the database refuses single rows.
 */
const MAX_HELD_OF_TENANT = 64;
const MAX_HELD = 1000;

/**
 * Holds the results of refreshes that could not be stored. A provider that rotates refresh tokens accepts the stored one no longer, so a
 * result that is lost costs the user a sign-in.
 */
@Injectable()
export class HeldResults {
  private readonly writes: HeldWrites<Connection>;

  constructor(
    lease: RefreshLease,
    metrics: Metrics,
    logger: Logger,
    private readonly settings: Settings,
  ) {
    this.writes = new HeldWrites({
      name: 'tokens of refreshes',
      logger,
      // The leases may have expired. Without them, another replica would spend the old refresh tokens.
      prepare: (rows) => lease.renew(rows),
      onSize: (size) => metrics.heldWrites.set({ kind: 'refresh' }, size),
    });
  }

  /**
   * Stores a result now or as soon as the database accepts it.
   *
   * @param row the row that the refresh started with
   * @returns what `store` returned, or `held` if that has not succeeded within a few seconds
   */
  async store<R>(row: Connection, store: () => Promise<R>): Promise<R | 'held'> {
    try {
      return await store();
    } catch (error) {
      return withTimeout(this.writes.hold(row, store, error), CALLER_WAIT_MS, () => 'held' as const);
    }
  }

  /** Tells whether the result of a refresh of this row is held. */
  has({ id, version }: Pick<Connection, 'id' | 'version'>): boolean {
    return this.writes.size > 0 && this.writes.items.some((row) => row.id === id && row.version === version);
  }

  /** Tells whether a refresh may begin: the latest write of a result succeeded, and few are held. */
  canBegin({ tenantId }: Pick<Connection, 'tenantId'>): boolean {
    if (this.writes.size === 0) return true;
    if (isUnavailable(this.writes.lastError) || this.writes.size >= MAX_HELD) return false;
    return this.writes.items.filter((row) => row.tenantId === tenantId).length < MAX_HELD_OF_TENANT;
  }

  /** Waits until all results are stored, within the timeout of the shutdown. */
  close(): Promise<void> {
    return this.writes.close(this.settings.shutdown.timeoutMs);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CountersignError && error.code === 'unavailable';
}
