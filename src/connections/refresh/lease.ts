import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, randomText, RecurringJobs } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Bulk, Database, isFreeAt, isHeldAt, type TenantStore, type WriteOptions } from '../../database/index.js';
import { Connection } from '../store/connection.entity.js';
import { isCurrent } from '../store/epochs.js';
import type { DueConnection } from './due-list.js';

/** Time to store the result before the lease expires, in addition to the timeout of the token request. */
const STORE_MS = 30_000;

const RENEWALS_PER_STATEMENT = 100;

/**
 * How long after a failure of the database leases that expired during it are not taken: their holders could not store their results, and
 * do so first.
 */
const RECOVERY_MS = 30_000;

/** How often a process checks whether the database fails, if nothing else tells. Shorter than `RECOVERY_MS`. */
const CHECK_INTERVAL_MS = 5000;

/** A crash that loses a lease also ends its holder. The refresh token is retried in either case. */
const RELAXED: WriteOptions = { relaxedDurability: true };

/**
 * Leases on connections. Only the holder may send a connection's refresh token, across all processes, until the lease expires.
 *
 * A holder that continues after its lease has expired cannot overwrite newer tokens: every write checks the version (fencing). The lease is
 * stored before the request is made. After a crash, the next holder therefore knows that the refresh token may have been used.
 */
@Injectable()
export class RefreshLease {
  /** Identifies this process. */
  readonly owner = randomText(26);
  /** The first and the latest failure of the database that this process has noticed, in milliseconds since the epoch. */
  private failures = { first: 0, latest: 0 };

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('check of the database', CHECK_INTERVAL_MS, () => this.checkDatabase());
  }

  /** Takes the lease of a connection. @returns `false` if another process holds it or the row has changed since it was read */
  async take({ tenantId, id, version }: Connection): Promise<boolean> {
    const now = this.clock.now();
    const leaseUntil = isFreeAt(this.expiredAt(now));
    const free = { id, version, status: 'active' as const, epoch: isCurrent(), leaseUntil };
    const take = (store: TenantStore) => store.update(Connection, free, this.until(now));
    return (await this.noticing(this.database.tenant(tenantId).write(take, RELAXED))) === 1;
  }

  /**
   * Takes the leases of connections that are still due and not leased.
   *
   * @returns `taken`: the rows as they were before, in no order; `leaseUntil` is set if an earlier refresh was interrupted. `passedOver`: the
   *   ids of rows that another transaction has locked, for any reason
   */
  takeDue(due: readonly DueConnection[]): Promise<{ taken: Connection[]; passedOver: Set<string> }> {
    const now = this.clock.now();
    const taking = this.database.write(async (manager) => {
      const table = new Bulk(manager, Connection);
      // By key alone: with more conditions, SQLite would search everything that is due.
      const locked = await table.select(due, lockClause(manager));
      const taken = locked.filter(
        (row) => row.status !== 'revoked' && isPast(row.backgroundRefreshAt, now) && !this.isHeld(row),
      );
      if (taken.length > 0) await table.update(taken, this.until(now));
      const passedOver = new Set(due.map(({ id }) => id));
      for (const { id } of locked) passedOver.delete(id);
      return { taken, passedOver };
    }, RELAXED);
    return this.noticing(taking);
  }

  /**
   * Renews the leases of refreshes whose results are not stored yet, also leases that have expired and that no other process has taken.
   * Rows that have changed since are left alone.
   */
  async renew(rows: readonly Connection[]): Promise<void> {
    const until = this.until(this.clock.now());
    for (let from = 0; from < rows.length; from += RENEWALS_PER_STATEMENT) {
      const own = rows
        .slice(from, from + RENEWALS_PER_STATEMENT)
        .map(({ tenantId, id, version }) => ({ tenantId, id, version, leaseOwner: this.owner }));
      await this.database.write(
        (manager) => manager.createQueryBuilder().update(Connection).set(until).where(own).execute(),
        RELAXED,
      );
    }
  }

  /** Tells whether a process holds the lease, or may still store its result after a failure of the database. */
  isHeld({ leaseUntil }: Connection): boolean {
    return isHeldAt(leaseUntil, this.expiredAt(this.clock.now()));
  }

  /** Notices a failure of the database. */
  async checkDatabase(): Promise<void> {
    await this.noticing(this.database.checkWritable());
  }

  /** Returns the time at which a lease must have expired to be taken: now, or the beginning of a failure that may have lasted until now. */
  private expiredAt(now: Date): Date {
    const { first, latest } = this.failures;
    return now.getTime() - latest <= RECOVERY_MS ? new Date(first) : now;
  }

  private async noticing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.recordFailure();
      throw error;
    }
  }

  private recordFailure(): void {
    const now = this.clock.now().getTime();
    const isSame = now - this.failures.latest <= RECOVERY_MS;
    this.failures = { first: isSame ? this.failures.first : now, latest: now };
  }

  private until(now: Date): Pick<Connection, 'leaseOwner' | 'leaseUntil'> {
    const leaseUntil = new Date(now.getTime() + this.settings.refresh.tokenTimeoutMs + STORE_MS);
    return { leaseOwner: this.owner, leaseUntil };
  }
}

function isPast(time: Date | null, now: Date): boolean {
  return time !== null && time <= now;
}

/**
 * SQLite runs one write transaction at a time. On other databases, replicas skip the rows that others are taking if the server can (MySQL 8.0,
 * MariaDB 10.6), and otherwise wait for them.
 */
function lockClause(manager: EntityManager): string {
  const { options, version = '' } = manager.connection.driver;
  if (options.type === 'better-sqlite3') return '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const canSkipLocked = major + minor / 100 >= (options.type === 'mariadb' ? 10.06 : 8);
  return canSkipLocked ? 'FOR UPDATE SKIP LOCKED' : 'FOR UPDATE';
}
