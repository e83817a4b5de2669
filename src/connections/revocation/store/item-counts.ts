import { In } from 'typeorm';
import type { TenantStore } from '../../../database/index.js';
import { RevocationItem } from './revocation-item.entity.js';

/** Number of items of a revocation by status. */
export type ItemCounts = Record<RevocationItem['status'], number>;

/** @returns counts by revocation id; revocations without items are absent */
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

/** Tells whether a revocation has pending items. */
export function hasPending(store: TenantStore, revocationId: string): Promise<boolean> {
  return store.exists(RevocationItem, { revocationId, status: 'pending' });
}
