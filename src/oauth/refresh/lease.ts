import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, randomText } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Connection } from '../connections/connection.entity.js';
import type { DueConnection } from './due-list.js';

/** What is left of a lease after the token request's hard timeout, for storing the answer. */
const STORE_MS = 30_000;

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
    });
  }

  /**
   * Takes the leases of those of some connections that are still due and nobody is at.
   *
   * @returns their rows as they were before, in no order: `leaseUntil` tells of a refresh that was cut off
   */
  takeDue(due: readonly DueConnection[]): Promise<Connection[]> {
    const now = this.clock.now();
    return this.database.write(async (manager) => {
      const locked = await this.lock(manager, due);
      const rows = locked.filter((row) => row.status === 'active' && isPast(row.refreshAt, now) && !this.isHeld(row));
      if (rows.length > 0)
        await manager.createQueryBuilder().update(Connection).set(this.until(now)).where(keysOf(rows)).execute();
      return rows;
    });
  }

  isHeld({ leaseUntil }: Connection): boolean {
    return leaseUntil !== null && leaseUntil > this.clock.now();
  }

  /** On SQLite one transaction runs at a time. Elsewhere replicas pass over the rows that others are just taking, where the server can do that. */
  private lock(manager: EntityManager, due: readonly DueConnection[]): Promise<Connection[]> {
    // By key alone: told more, SQLite would rather search all that is due.
    const query = manager.createQueryBuilder(Connection, 'row').where(keysOf(due));
    const { options, version = '' } = manager.connection.driver;
    if (options.type !== 'better-sqlite3') query.setLock('pessimistic_write');
    if (canSkipLocked(options.type, version)) query.setOnLocked('skip_locked');
    return query.getMany();
  }

  private until(now: Date): Pick<Connection, 'leaseOwner' | 'leaseUntil'> {
    const leaseUntil = new Date(now.getTime() + this.settings.refresh.tokenTimeoutMs + STORE_MS);
    return { leaseOwner: this.owner, leaseUntil };
  }
}

function keysOf(rows: readonly DueConnection[]): { tenantId: string; id: string }[] {
  return rows.map(({ tenantId, id }) => ({ tenantId, id }));
}

function isPast(time: Date | null, now: Date): boolean {
  return time !== null && time <= now;
}

/** MySQL from 8.0, MariaDB from 10.6. */
function canSkipLocked(type: string, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (type === 'mariadb') return major > 10 || (major === 10 && minor >= 6);
  return type === 'mysql' && major >= 8;
}
