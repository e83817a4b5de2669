import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, randomText } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Bulk, Database, isFreeAt, isHeldAt, type TenantStore, type WriteOptions } from '../../database/index.js';
import { Connection } from '../store/connection.entity.js';
import type { DueConnection } from './due-list.js';

/** Time to store the result before the lease expires, in addition to the timeout of the token request. */
const STORE_MS = 30_000;

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

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Takes the lease of a connection. @returns `false` if another process holds it or the row has changed since it was read */
  async take({ tenantId, id, version }: Connection): Promise<boolean> {
    const now = this.clock.now();
    const free = { id, version, status: 'active' as const, leaseUntil: isFreeAt(now) };
    const take = (store: TenantStore) => store.update(Connection, free, this.until(now));
    return (await this.database.tenant(tenantId).write(take, RELAXED)) === 1;
  }

  /**
   * Takes the leases of connections that are still due and not leased.
   *
   * @returns `taken`: the rows as they were before, in no order; `leaseUntil` is set if an earlier refresh was interrupted. `passedOver`: the
   *   ids of rows that another transaction has locked, for any reason
   */
  takeDue(due: readonly DueConnection[]): Promise<{ taken: Connection[]; passedOver: Set<string> }> {
    const now = this.clock.now();
    return this.database.write(async (manager) => {
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
  }

  isHeld({ leaseUntil }: Connection): boolean {
    return isHeldAt(leaseUntil, this.clock.now());
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
