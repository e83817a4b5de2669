import { LRUCache } from 'lru-cache';
import type { Cluster } from '../cluster/index.js';

/** A data key as it is used. An object, so that what is kept is one thing. */
export interface OpenDataKey {
  key: Buffer;
}

/** How long an unwrapped data key is kept; after that its provider is asked again. */
const KEPT_MS = 600_000;

/** Data keys that were unwrapped, a bounded number of them, and none of a tenant that is gone. */
export class KeyCache {
  private readonly keys = new LRUCache<string, OpenDataKey>({ max: 5000, ttl: KEPT_MS });

  constructor(cluster: Cluster) {
    cluster.on('tenant', (tenantId) => this.forget(tenantId));
  }

  get(tenantId: string, keyId: string): OpenDataKey | undefined {
    return this.keys.get(`${tenantId} ${keyId}`);
  }

  keep(tenantId: string, keyId: string, key: Buffer): OpenDataKey {
    const kept = { key };
    this.keys.set(`${tenantId} ${keyId}`, kept);
    return kept;
  }

  private forget(tenantId: string): void {
    for (const place of this.keys.keys()) if (place.startsWith(`${tenantId} `)) this.keys.delete(place);
  }
}
