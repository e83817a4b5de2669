import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Database, LONG } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { UnsealError } from '../envelope.js';
import type { WrappedKey } from '../providers/key-provider.js';
import { incremented, type RotationLease } from './rotation-lease.js';
import { MAX_FAILURES, type RotationFailure } from './vault-rotation.entity.js';

/** Data keys written by one transaction. */
const BATCH_SIZE = 50;

/** Wraps data keys under the primary key-encryption key. The secrets that they seal do not change. */
@Injectable()
export class KekRotation {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
  ) {}

  /** Counts the data keys that are wrapped under another key than the primary one. */
  async count(tenantId: string | null): Promise<number> {
    return this.readOutdated(tenantId, (query) => query.getCount());
  }

  /** @returns whether the rotation is complete; false if it was stopped */
  async run(lease: RotationLease, isStopping: () => boolean): Promise<boolean> {
    const failures: RotationFailure[] = [];
    for (let after: DataKey | undefined; ;) {
      if (isStopping()) return false;
      const rows = await this.next(lease.rotation.tenantId, after);
      if (rows.length === 0) return true;
      const attempts = await Promise.all(rows.map((row) => this.rewrap(row, failures)));
      await this.database.write(async (manager) => {
        let done = 0;
        for (const { row, wrapped } of attempts) {
          if (!wrapped) continue;
          const { tenantId, id, wrapped: before } = row;
          done += (await manager.update(DataKey, { tenantId, id, wrapped: before }, wrapped)).affected ?? 0;
        }
        await lease.recordProgress(manager, {
          done: incremented('done', done),
          failed: failures.length,
          failures: failures.slice(0, MAX_FAILURES),
        });
      });
      after = rows.at(-1);
    }
  }

  private async rewrap(row: DataKey, failures: RotationFailure[]): Promise<{ row: DataKey; wrapped?: WrappedKey }> {
    try {
      return { row, wrapped: await this.keys.rewrap(row) };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      failures.push({ tenant_id: row.tenantId, table: 'data_keys', row_id: row.id });
      return { row };
    }
  }

  private next(tenantId: string | null, after: DataKey | undefined): Promise<DataKey[]> {
    return this.readOutdated(tenantId, (query) => {
      query.orderBy('row.tenantId').addOrderBy('row.id').limit(BATCH_SIZE);
      if (after) {
        const { tenantId: tenant, id } = after;
        query.andWhere('(row.tenantId > :tenant OR (row.tenantId = :tenant AND row.id > :id))', { tenant, id });
      }
      return query.getMany();
    });
  }

  private async readOutdated<T>(
    tenantId: string | null,
    read: (query: SelectQueryBuilder<DataKey>) => Promise<T>,
  ): Promise<T> {
    const primary = await this.keys.provider.primaryKeyId();
    return this.database.read((manager) => {
      const query = manager.createQueryBuilder(DataKey, 'row').where('row.kekId <> :primary', { primary });
      return read(tenantId ? query.andWhere('row.tenantId = :tenantId', { tenantId }) : query);
    }, LONG);
  }
}
