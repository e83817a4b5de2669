import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { incremented, type RotationLease } from './rotation-lease.js';
import { SealedRows, type Pass, type ProgressSink } from './sealed-rows.js';
import { MAX_FAILURES } from './vault-rotation.entity.js';

/** Adds a new data key for each tenant, and reseals the tenant's secrets with it. */
@Injectable()
export class DataRotation {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly rows: SealedRows,
  ) {}

  /** Counts the secrets to reseal. */
  count(tenantId: string | null): Promise<number> {
    return this.rows.count(tenantId);
  }

  /**
   * Runs a rotation, or resumes it where another process stopped.
   *
   * @returns whether it is complete; false if it was stopped
   */
  async run(lease: RotationLease, isStopping: () => boolean): Promise<boolean> {
    let { lastTenantId, failures } = lease.rotation;
    for (;;) {
      const tenantId = await this.tenantAfter(lastTenantId, lease.rotation.tenantId);
      if (!tenantId) return true;
      const pass = await this.rotate(tenantId, lease, isStopping);
      if (!pass) return false;
      lastTenantId = tenantId;
      failures = [...failures, ...pass.failures].slice(0, MAX_FAILURES);
      await lease.update({ lastTenantId, failures, failed: incremented('failed', pass.failures.length) });
    }
  }

  private async rotate(tenantId: string, lease: RotationLease, isStopping: () => boolean): Promise<Pass | undefined> {
    const sink: ProgressSink = {
      recordProgress: (manager, changed) => lease.recordProgress(manager, { done: incremented('done', changed) }),
      shouldContinue: async () => {
        await lease.renew();
        return !isStopping();
      },
    };
    try {
      await this.keys.rotate(tenantId, lease.rotation.id);
    } catch (error) {
      // The tenant was deleted.
      if (error instanceof NotFoundError) return { changed: 0, failures: [] };
      throw error;
    }
    // A write that sealed its secret with the old key may commit after its row was passed: repeat until a pass finds nothing.
    for (;;) {
      const pass = await this.rows.reseal(tenantId, sink);
      if (isStopping()) return undefined;
      if (pass.changed > 0) continue;
      this.keys.publishChange(tenantId);
      return pass;
    }
  }

  private async tenantAfter(lastTenantId: string | null, only: string | null): Promise<string | undefined> {
    const row = await this.database.read((manager) => {
      const query = manager.createQueryBuilder(DataKey, 'row').select('MIN(row.tenantId)', 'id').where('1 = 1');
      if (lastTenantId) query.andWhere('row.tenantId > :lastTenantId', { lastTenantId });
      if (only) query.andWhere('row.tenantId = :only', { only });
      return query.getRawOne<{ id: string | null }>();
    });
    return row?.id ?? undefined;
  }
}
