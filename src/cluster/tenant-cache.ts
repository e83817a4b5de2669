import { LoadingCache } from './loading-cache.js';

interface Owned<V> {
  readonly tenantId: string;
  readonly value: V;
  readonly size: number;
}

export interface TenantCacheLimits<V> {
  max: number;
  /** In milliseconds. Without it, a value stays until it is evicted. */
  ttl?: number;
  /** The total size of all values. */
  maxSize: number;
  sizeOf: (value: V) => number;
  /** Called when a value was stored. */
  onStored?: (value: V) => void;
  /** Called when a value was evicted, replaced or removed. */
  onRemoved?: (value: V) => void;
}

/** The part of the total size that the values of one tenant have at most. */
const TENANT_SHARE = 1 / 2;

/** Caches loaded values by their size, and keeps the values of one tenant from evicting those of all others. */
export class TenantCache<V extends object> {
  private readonly cache: LoadingCache<Owned<V>>;
  private readonly sizes = new Map<string, number>();

  constructor(private readonly limits: TenantCacheLimits<V>) {
    this.cache = new LoadingCache<Owned<V>>({
      ...limits,
      sizeOf: ({ size }) => size,
      onStored: ({ tenantId, size, value }) => {
        this.add(tenantId, size);
        limits.onStored?.(value);
        this.trim(tenantId);
      },
      onRemoved: ({ tenantId, size, value }) => {
        this.add(tenantId, -size);
        limits.onRemoved?.(value);
      },
    });
  }

  /** Returns the cached value or loads it, as {@link LoadingCache} does. Two tenants must not use the same key. */
  get(tenantId: string, key: string, load: () => Promise<V | undefined>): Promise<V | undefined> | V {
    const found = this.cache.get(key, async () => {
      const value = await load();
      return value && { tenantId, value, size: this.limits.sizeOf(value) };
    });
    return found instanceof Promise ? found.then((owned) => owned?.value) : found.value;
  }

  /** Returns a cached value. */
  peek(key: string): V | undefined {
    return this.cache.peek(key)?.value;
  }

  /** Removes a value. A load that is in flight is not cached. */
  invalidate(key: string): void {
    this.cache.invalidate(key);
  }

  /** Removes the values of a tenant. */
  removeTenant(tenantId: string): void {
    if (!this.sizes.has(tenantId)) return;
    this.cache.removeOldest(
      (owned) => owned.tenantId === tenantId,
      () => false,
    );
  }

  /** Does not cache loads that are in flight, nor share them with later requests. */
  abandonLoads(matches: (key: string) => boolean): void {
    this.cache.abandonLoads(matches);
  }

  /** Removes values whose time is over. Otherwise they stay in memory until they are requested or others need their place. */
  removeExpired(): void {
    this.cache.removeExpired();
  }

  clear(): void {
    this.cache.clear();
  }

  private trim(tenantId: string): void {
    const maximum = this.limits.maxSize * TENANT_SHARE;
    const isEnough = () => (this.sizes.get(tenantId) ?? 0) <= maximum;
    if (!isEnough()) this.cache.removeOldest((owned) => owned.tenantId === tenantId, isEnough);
  }

  private add(tenantId: string, size: number): void {
    const total = (this.sizes.get(tenantId) ?? 0) + size;
    if (total > 0) this.sizes.set(tenantId, total);
    else this.sizes.delete(tenantId);
  }
}
