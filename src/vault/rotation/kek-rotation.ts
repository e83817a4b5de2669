import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { UnsealError } from '../envelope.js';
import type { WrappedKey } from '../providers/key-provider.js';
import { plus, type Lease } from './lease.js';
import type { RotationFailure } from './vault-rotation.entity.js';

/** How many data keys one transaction writes. */
const BATCH = 50;

/** How many secrets that do not open a rotation names. */
const NAMED_FAILURES = 20;

/** Wraps data keys under the current key-encryption key. What they have sealed stays as it is. */
@Injectable()
export class KekRotation {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
  ) {}

  /** How many data keys are wrapped under another than the current key. */
  async count(tenantId: string | null): Promise<number> {
    return (await this.others(tenantId)).getCount();
  }

  /** @returns whether all is done; not where it was stopped */
  async run(lease: Lease, isStopping: () => boolean): Promise<boolean> {
    const failures: RotationFailure[] = [];
    for (let after: DataKey | undefined; ;) {
      if (isStopping()) return false;
      const rows = await this.next(lease.rotation.tenantId, after);
      if (rows.length === 0) return true;
      const attempts = await Promise.all(rows.map((row) => this.rewrapped(row, failures)));
      await this.database.write(async (manager) => {
        let done = 0;
        for (const { row, wrapped } of attempts) {
          if (!wrapped) continue;
          const { tenantId, id, wrapped: before } = row;
          done += (await manager.update(DataKey, { tenantId, id, wrapped: before }, wrapped)).affected ?? 0;
        }
        const named = failures.slice(0, NAMED_FAILURES);
        await lease.note(manager, { done: plus('done', done), failed: failures.length, failures: named });
      });
      after = rows.at(-1);
    }
  }

  private async rewrapped(row: DataKey, failures: RotationFailure[]): Promise<{ row: DataKey; wrapped?: WrappedKey }> {
    try {
      return { row, wrapped: await this.keys.rewrap(row) };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      failures.push({ tenant_id: row.tenantId, table: 'data_keys', row_id: row.id });
      return { row };
    }
  }

  private async next(tenantId: string | null, after: DataKey | undefined): Promise<DataKey[]> {
    const query = (await this.others(tenantId)).orderBy('row.tenantId').addOrderBy('row.id').limit(BATCH);
    if (after) {
      const { tenantId: tenant, id } = after;
      query.andWhere('(row.tenantId > :tenant OR (row.tenantId = :tenant AND row.id > :id))', { tenant, id });
    }
    return query.getMany();
  }

  private async others(tenantId: string | null) {
    const current = await this.keys.provider.currentKeyId();
    return this.database.read(async (manager) => {
      const query = manager.createQueryBuilder(DataKey, 'row').where('row.kekId <> :current', { current });
      return tenantId ? query.andWhere('row.tenantId = :tenantId', { tenantId }) : query;
    });
  }
}
