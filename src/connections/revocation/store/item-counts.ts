import { In, IsNull } from 'typeorm';
import type { TenantStore } from '../../../database/index.js';
import { RevocationItem } from './revocation-item.entity.js';
import { Revocation } from './revocation.entity.js';

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

/** Ends a revocation whose rows are all ended and that has no pending items. */
export async function closeIfDone(store: TenantStore, id: string, endedAt: Date): Promise<void> {
  if (await store.exists(RevocationItem, { revocationId: id, status: 'pending' })) return;
  await store.update(Revocation, { id, pendingScopeId: IsNull() }, { endedAt });
}
