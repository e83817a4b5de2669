import { LRUCache } from 'lru-cache';
import type { Cluster } from '../cluster/index.js';

/** A data key in plaintext. */
export interface UnwrappedKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** How long a data key stays in memory before its provider unwraps it again. */
const MAX_AGE_MS = 600_000;

interface CachedKey extends UnwrappedKey {
  tenantId: string;
}

/** A bounded cache of unwrapped data keys. The keys of a deleted tenant are evicted. */
export class DataKeyCache {
  private readonly keys = new LRUCache<string, CachedKey>({ max: 5000, ttl: MAX_AGE_MS });

  constructor(cluster: Cluster) {
    cluster.on('tenant', (tenantId) => this.evictTenant(tenantId));
  }

  get(tenantId: string, id: string): UnwrappedKey | undefined {
    return this.keys.get(`${tenantId} ${id}`);
  }

  set(tenantId: string, { id, key }: UnwrappedKey): UnwrappedKey {
    const cached = { tenantId, id, key };
    this.keys.set(`${tenantId} ${id}`, cached);
    return cached;
  }

  all(): readonly { tenantId: string; id: string }[] {
    return [...this.keys.values()];
  }

  evict(tenantId: string, id: string): void {
    this.keys.delete(`${tenantId} ${id}`);
  }

  private evictTenant(tenantId: string): void {
    for (const cached of this.keys.values()) if (cached.tenantId === tenantId) this.evict(tenantId, cached.id);
  }
}
