import { LRUCache } from 'lru-cache';
import type { Cluster } from '../cluster/index.js';

/** A data key, unwrapped. */
export interface UsableKey {
  id: string;
  /** 32 bytes */
  key: Buffer;
}

/** How long an unwrapped data key is kept; after that its provider is asked again. */
const KEPT_MS = 600_000;

interface KeptKey extends UsableKey {
  tenantId: string;
}

/** Data keys that were unwrapped, a bounded number of them, and none of a tenant that is gone. */
export class KeyCache {
  private readonly keys = new LRUCache<string, KeptKey>({ max: 5000, ttl: KEPT_MS });

  constructor(cluster: Cluster) {
    cluster.on('tenant', (tenantId) => this.forgetAll(tenantId));
  }

  get(tenantId: string, id: string): UsableKey | undefined {
    return this.keys.get(`${tenantId} ${id}`);
  }

  keep(tenantId: string, { id, key }: UsableKey): UsableKey {
    const kept = { tenantId, id, key };
    this.keys.set(`${tenantId} ${id}`, kept);
    return kept;
  }

  all(): readonly { tenantId: string; id: string }[] {
    return [...this.keys.values()];
  }

  forget(tenantId: string, id: string): void {
    this.keys.delete(`${tenantId} ${id}`);
  }

  private forgetAll(tenantId: string): void {
    for (const kept of this.keys.values()) if (kept.tenantId === tenantId) this.forget(tenantId, kept.id);
  }
}
