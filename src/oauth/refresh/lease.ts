import { Injectable } from '@nestjs/common';
import { Clock, randomText } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Connection } from './connection.entity.js';

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
    const leaseUntil = new Date(now.getTime() + this.settings.refresh.tokenTimeoutMs + STORE_MS);
    return this.database.tenant(tenantId).write(async ({ manager }) => {
      const result = await manager
        .createQueryBuilder()
        .update(Connection)
        .set({ leaseOwner: this.owner, leaseUntil })
        .where('tenant_id = :tenantId AND id = :id AND version = :version', { tenantId, id, version })
        .andWhere("status = 'active' AND (lease_until IS NULL OR lease_until <= :now)", { now })
        .execute();
      return result.affected === 1;
    });
  }

  isHeld({ leaseUntil }: Connection): boolean {
    return leaseUntil !== null && leaseUntil > this.clock.now();
  }
}
