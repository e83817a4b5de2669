import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import { Clock } from '../../common/index.js';
import { Database, LONG } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { SealedRows } from './sealed-rows.js';

/**
 * How long a data key is kept after it was replaced. It must exceed the time between sealing a secret and storing it, and the time that a
 * copy of a sealed secret stays in memory.
 */
const RETENTION_MS = 3_600_000;

const NEWER_KEY = 'SELECT 1 FROM data_keys newer WHERE newer.tenant_id = row.tenant_id AND newer.version > row.version';

/** Data keys that were replaced by a newer one. */
@Injectable()
export class OldDataKeys {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly rows: SealedRows,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  count(tenantId: string | null): Promise<number> {
    return this.database.read((manager) => this.replaced(manager, tenantId).getCount(), LONG);
  }

  /** Deletes the data keys that were replaced long enough ago and seal no secret. */
  async retire(isStopping: () => boolean): Promise<void> {
    const rows = await this.database.read(
      (manager) =>
        this.replaced(manager, null)
          .andWhere(`EXISTS (${NEWER_KEY} AND newer.created_at < :since)`, { since: this.clock.in(-RETENTION_MS) })
          .orderBy('row.tenantId')
          .getMany(),
      LONG,
    );
    for (const [tenantId, keys] of groupByTenant(rows)) {
      if (isStopping()) return;
      await this.retireKeys(tenantId, keys, isStopping);
    }
  }

  private async retireKeys(tenantId: string, keys: DataKey[], isStopping: () => boolean): Promise<void> {
    await this.rows.reseal(tenantId, { recordProgress: async () => {}, shouldContinue: async () => !isStopping() });
    for (const key of keys) if (await this.deleteUnused(key)) this.keys.evict(key);
    this.keys.publishChange(tenantId);
  }

  /** @returns whether the key was deleted; false if it still seals a secret */
  private deleteUnused({ tenantId, id, version }: DataKey): Promise<boolean> {
    return this.database.tenant(tenantId).write(async (store) => {
      if (await this.rows.isKeyInUse(store, id)) return false;
      await store.delete(DataKey, { id });
      const event = { type: 'vault.data_key_retired', actor: 'system', targetId: id } as const;
      await this.audit.record(store, { ...event, details: { version } });
      return true;
    }, LONG);
  }

  private replaced(manager: EntityManager, tenantId: string | null) {
    const query = manager.createQueryBuilder(DataKey, 'row').where(`EXISTS (${NEWER_KEY})`);
    return tenantId ? query.andWhere('row.tenantId = :tenantId', { tenantId }) : query;
  }
}

function groupByTenant(keys: DataKey[]): Map<string, DataKey[]> {
  const tenants = new Map<string, DataKey[]>();
  for (const key of keys) tenants.set(key.tenantId, [...(tenants.get(key.tenantId) ?? []), key]);
  return tenants;
}
