import { In } from 'typeorm';
import type { TenantStore } from '../../database/index.js';
import { RevocationItem } from './revocation-item.entity.js';

/** How many items of a revocation there are in each state. */
export type ItemCounts = Record<RevocationItem['status'], number>;

/** @returns by the revocation's id; those without items are not in it */
export async function countItems(store: TenantStore, revocationIds: string[]): Promise<Map<string, ItemCounts>> {
  const rows = await store.manager
    .createQueryBuilder(RevocationItem, 'item')
    .select(['item.revocationId AS id', 'item.status AS status', 'COUNT(*) AS count'])
    .where({ tenantId: store.tenantId, revocationId: In(revocationIds) })
    .groupBy('item.revocationId')
    .addGroupBy('item.status')
    .getRawMany<{ id: string; status: keyof ItemCounts; count: number | string }>();
  const counts = new Map<string, ItemCounts>();
  for (const { id, status, count } of rows) {
    counts.set(id, { ...(counts.get(id) ?? noItems()), [status]: Number(count) });
  }
  return counts;
}

export function noItems(): ItemCounts {
  return { pending: 0, confirmed: 0, failed: 0 };
}

/** Whether a provider is still to be told. */
export function hasPending({ manager, tenantId }: TenantStore, revocationId: string): Promise<boolean> {
  return manager.existsBy(RevocationItem, { tenantId, revocationId, status: 'pending' });
}
