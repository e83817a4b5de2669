import { In } from 'typeorm';
import type { TenantStore } from '../../database/index.js';
import { RevocationItem } from './revocation-item.entity.js';

/** How many items of a revocation there are in each state. */
export type ItemCounts = Record<RevocationItem['status'], number>;

/** @returns by the revocation's id; those without items are not in it */
export async function countItems(store: TenantStore, revocationIds: string[]): Promise<Map<string, ItemCounts>> {
  const where = { revocationId: In(revocationIds) };
  const groups = await store.countGroups(RevocationItem, ['revocationId', 'status'], where);
  const counts = new Map<string, ItemCounts>();
  for (const { revocationId, status, count } of groups) {
    counts.set(revocationId, { ...(counts.get(revocationId) ?? noItems()), [status]: count });
  }
  return counts;
}

export function noItems(): ItemCounts {
  return { pending: 0, confirmed: 0, failed: 0 };
}

/** Whether a provider is still to be told. */
export function hasPending(store: TenantStore, revocationId: string): Promise<boolean> {
  return store.exists(RevocationItem, { revocationId, status: 'pending' });
}
