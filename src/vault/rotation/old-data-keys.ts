import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/index.js';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { DataKey } from '../data-key.entity.js';
import { DataKeys } from '../data-keys.js';
import { SealedRows } from './sealed-rows.js';

/**
 * How long a data key stays after it has been replaced. It must be longer than anybody takes from sealing a secret to storing it, and
 * than any copy of a sealed secret stays in memory.
 */
const KEPT_MS = 3_600_000;

const ANOTHER = 'SELECT 1 FROM data_keys other WHERE other.tenant_id = row.tenant_id AND other.version > row.version';

/** Data keys that a newer one has replaced. */
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
    return this.database.read((manager) => this.old(manager, tenantId).getCount());
  }

  /** Deletes those that were replaced long enough ago and that nothing is sealed with any more. */
  async retire(isStopping: () => boolean): Promise<void> {
    const replaced = await this.database.read((manager) =>
      this.old(manager, null)
        .andWhere(`EXISTS (${ANOTHER} AND other.created_at < :since)`, { since: this.clock.in(-KEPT_MS) })
        .orderBy('row.tenantId')
        .getMany(),
    );
    for (const [tenantId, keys] of byTenant(replaced)) {
      if (isStopping()) return;
      await this.retireOf(tenantId, keys, isStopping);
    }
  }

  private async retireOf(tenantId: string, keys: DataKey[], isStopping: () => boolean): Promise<void> {
    await this.rows.reseal(tenantId, { note: async () => {}, next: async () => !isStopping() });
    for (const key of keys) if (await this.delete(key)) this.keys.forget(key);
    this.keys.resealed(tenantId);
  }

  /** @returns whether nothing was sealed with it any more */
  private delete({ tenantId, id, version }: DataKey): Promise<boolean> {
    return this.database.tenant(tenantId).write(async (store) => {
      if (await this.rows.refersTo(store, id)) return false;
      await store.delete(DataKey, { id });
      const event = { type: 'vault.data_key_retired', actor: 'system', targetId: id } as const;
      await this.audit.record(store, { ...event, details: { version } });
      return true;
    });
  }

  private old(manager: Parameters<Parameters<Database['read']>[0]>[0], tenantId: string | null) {
    const query = manager.createQueryBuilder(DataKey, 'row').where(`EXISTS (${ANOTHER})`);
    return tenantId ? query.andWhere('row.tenantId = :tenantId', { tenantId }) : query;
  }
}

function byTenant(keys: DataKey[]): Map<string, DataKey[]> {
  const tenants = new Map<string, DataKey[]>();
  for (const key of keys) tenants.set(key.tenantId, [...(tenants.get(key.tenantId) ?? []), key]);
  return tenants;
}
