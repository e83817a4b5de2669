import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, randomText } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Bulk, Database, type WriteOptions } from '../../database/index.js';
import { Connection } from '../connection.entity.js';
import type { DueConnection } from './due-list.js';

/** What is left of a lease after the token request's hard timeout, for storing the answer. */
const STORE_MS = 30_000;

/** Where a lease is undone, its holder is no more either, and its refresh token is tried once more all the same. */
const IN_A_POWER_CUT: WriteOptions = { mayBeUndone: true };

/**
 * The right to be at the token endpoint for a connection: one holder at a time, over all processes, until a deadline.
 *
 * A holder that is stopped for longer than its lease cannot do harm when it wakes: whatever it writes names the version it saw, and
 * where somebody has written since, that has moved (fencing). The lease is written before the request is made, so that after a crash the next holder
 * knows that the refresh token may have been spent.
 */
@Injectable()
export class RefreshLease {
  /** This process, among all that may hold leases. */
  readonly owner = randomText(26);

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @returns whether the lease is ours now; not, where another holds it or the row has changed since it was read */
  async take({ tenantId, id, version }: Connection): Promise<boolean> {
    const now = this.clock.now();
    return this.database.tenant(tenantId).write(async ({ manager }) => {
      const result = await manager
        .createQueryBuilder()
        .update(Connection)
        .set(this.until(now))
        .where('tenant_id = :tenantId AND id = :id AND version = :version', { tenantId, id, version })
        .andWhere("status = 'active' AND (lease_until IS NULL OR lease_until <= :now)", { now })
        .execute();
      return result.affected === 1;
    }, IN_A_POWER_CUT);
  }

  /**
   * Takes the leases of those of some connections that are still due and nobody is at.
   *
   * @returns their rows as they were before, in no order: `leaseUntil` tells of a refresh that was cut off; and the ids of those that
   *   somebody else was just writing to, who may as well have been storing what came of a neighbour
   */
  takeDue(due: readonly DueConnection[]): Promise<{ taken: Connection[]; passedOver: Set<string> }> {
    const now = this.clock.now();
    return this.database.write(async (manager) => {
      const table = new Bulk(manager, Connection);
      // By key alone: told more, SQLite would rather search all that is due.
      const locked = await table.select(due, lockingOf(manager));
      const taken = locked.filter((row) => row.status === 'active' && isPast(row.refreshAt, now) && !this.isHeld(row));
      if (taken.length > 0) await table.update(taken, this.until(now));
      const passedOver = new Set(due.map(({ id }) => id));
      for (const { id } of locked) passedOver.delete(id);
      return { taken, passedOver };
    }, IN_A_POWER_CUT);
  }

  isHeld({ leaseUntil }: Connection): boolean {
    return leaseUntil !== null && leaseUntil > this.clock.now();
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
 * On SQLite one transaction runs at a time. Elsewhere replicas pass over the rows that others are just taking where the server can do that
 * (MySQL from 8.0, MariaDB from 10.6), and wait for them where it cannot.
 */
function lockingOf(manager: EntityManager): string {
  const { options, version = '' } = manager.connection.driver;
  if (options.type === 'better-sqlite3') return '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const since = options.type === 'mariadb' ? 10.06 : 8;
  return major + minor / 100 >= since ? 'FOR UPDATE SKIP LOCKED' : 'FOR UPDATE';
}
