import { LRUCache } from 'lru-cache';

export interface CacheLimits<V> {
  max: number;
  /** In milliseconds. Without it, a value stays until it is evicted. */
  ttl?: number;
  /** The total size of all values, measured with `sizeOf`. */
  maxSize?: number;
  sizeOf?: (value: V) => number;
  /** Called when a value was stored. */
  onStored?: (value: V) => void;
  /** Called when a value was evicted, replaced or removed. */
  onRemoved?: (value: V) => void;
}

/** Caches loaded values. Concurrent requests for the same key share one load. */
export class LoadingCache<V extends object> {
  private readonly values: LRUCache<string, V>;
  private readonly pending = new Map<string, Promise<V | undefined>>();
  private readonly onStored: ((value: V) => void) | undefined;

  constructor({ max, ttl = 0, maxSize = 0, sizeOf, onStored, onRemoved }: CacheLimits<V>) {
    this.values = new LRUCache({
      max,
      ttl,
      maxSize,
      ...(sizeOf && { sizeCalculation: sizeOf }),
      ...(onRemoved && { dispose: onRemoved }),
    });
    this.onStored = onStored;
  }

  /** Returns the cached value or loads it. A load that finds nothing is not cached. */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> | V {
    return this.values.get(key) ?? this.pending.get(key) ?? this.load(key, load);
  }

  /** Returns a cached value. */
  peek(key: string): V | undefined {
    return this.values.get(key);
  }

  /** Does not cache loads that are in flight, nor share them with later requests. */
  abandonLoads(matches: (key: string) => boolean): void {
    for (const key of this.pending.keys()) if (matches(key)) this.pending.delete(key);
  }

  /** Removes values whose time is over. Otherwise they stay in memory until they are requested or others need their place. */
  removeExpired(): void {
    this.values.purgeStale();
  }

  /** Removes a value. A load that is in flight is not cached, and not shared with later requests. */
  invalidate(key: string): void {
    this.values.delete(key);
    this.pending.delete(key);
  }

  /** Removes the least recently used values that match, until `isEnough`. */
  removeOldest(matches: (value: V) => boolean, isEnough: () => boolean): void {
    for (const key of Array.from(this.values.rkeys())) {
      if (isEnough()) return;
      const value = this.values.peek(key);
      if (value && matches(value)) this.values.delete(key);
    }
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
      if (value && this.pending.get(key) === loading) {
        this.values.set(key, value);
        this.onStored?.(value);
      }
      return value;
    } finally {
      if (this.pending.get(key) === loading) this.pending.delete(key);
    }
  }
}
