import { LRUCache } from 'lru-cache';

export interface CacheLimits<V> {
  max: number;
  /** In milliseconds. Without it, a value stays until it is evicted. */
  ttl?: number;
  /** The total size of all values, measured with `sizeOf`. */
  maxSize?: number;
  sizeOf?: (value: V) => number;
}

/** Caches loaded values. Concurrent requests for the same key share one load. */
export class LoadingCache<V extends object> {
  private readonly values: LRUCache<string, V>;
  private readonly pending = new Map<string, Promise<V | undefined>>();

  constructor({ max, ttl = 0, maxSize = 0, sizeOf }: CacheLimits<V>) {
    this.values = new LRUCache({ max, ttl, maxSize, ...(sizeOf && { sizeCalculation: sizeOf }) });
  }

  /** Returns the cached value or loads it. A load that finds nothing is not cached. */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> | V {
    return this.values.get(key) ?? this.pending.get(key) ?? this.load(key, load);
  }

  /** Removes a value. A load that is in flight is not cached, and not shared with later requests. */
  invalidate(key: string): void {
    this.values.delete(key);
    this.pending.delete(key);
  }

  clear(): void {
    this.values.clear();
    this.pending.clear();
  }

  private async load(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const loading = load();
    this.pending.set(key, loading);
    try {
      const value = await loading;
      // After an invalidation, the value may have been read before the change.
      if (value && this.pending.get(key) === loading) this.values.set(key, value);
      return value;
    } finally {
      if (this.pending.get(key) === loading) this.pending.delete(key);
    }
  }
}
