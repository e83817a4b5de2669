import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { plus, type Lease } from './lease.js';
import { SealedRows, type Pass } from './sealed-rows.js';

/** How many secrets that do not open a rotation names. */
const NAMED_FAILURES = 20;

/** Gives tenants a new data key each and seals all they have with it. */
@Injectable()
export class DataRotation {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly rows: SealedRows,
  ) {}

  /** How many secrets there are. */
  count(tenantId: string | null): Promise<number> {
    return this.rows.count(tenantId);
  }

  /**
   * Goes on where it was left: a tenant's key is made once, and what is sealed with it already is passed over.
   *
   * @returns whether all is done; not where it was stopped
   */
  async run(lease: Lease, isStopping: () => boolean): Promise<boolean> {
    let { position, failures } = lease.rotation;
    for (;;) {
      const tenantId = await this.tenantAfter(position, lease.rotation.tenantId);
      if (!tenantId) return true;
      const pass = await this.rotate(tenantId, lease, isStopping);
      if (!pass) return false;
      position = tenantId;
      failures = [...failures, ...pass.failures].slice(0, NAMED_FAILURES);
      await lease.keep({ position, failures, failed: plus('failed', pass.failures.length) });
    }
  }

  private async rotate(tenantId: string, lease: Lease, isStopping: () => boolean): Promise<Pass | undefined> {
    const shift = {
      note: (manager: Parameters<Lease['note']>[0], changed: number) =>
        lease.note(manager, { done: plus('done', changed) }),
      next: async () => {
        await lease.renew();
        return !isStopping();
      },
    };
    try {
      await this.keys.renew(tenantId, lease.rotation.id);
    } catch (error) {
      if (error instanceof NotFoundError) return { changed: 0, failures: [] };
      throw error;
    }
    // Who had sealed with the old key before this one was made may write after the row was passed.
    for (;;) {
      const pass = await this.rows.reseal(tenantId, shift);
      if (isStopping()) return undefined;
      if (pass.changed > 0) continue;
      this.keys.resealed(tenantId);
      return pass;
    }
  }

  private async tenantAfter(position: string | null, only: string | null): Promise<string | undefined> {
    const row = await this.database.read((manager) => {
      const query = manager.createQueryBuilder(DataKey, 'row').select('MIN(row.tenantId)', 'id').where('1 = 1');
      if (position) query.andWhere('row.tenantId > :position', { position });
      if (only) query.andWhere('row.tenantId = :only', { only });
      return query.getRawOne<{ id: string | null }>();
    });
    return row?.id ?? undefined;
  }
}
