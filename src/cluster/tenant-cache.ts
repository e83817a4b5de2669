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
      onStored: ({ tenantId, size }) => {
        this.add(tenantId, size);
        this.trim(tenantId);
      },
      onRemoved: ({ tenantId, size }) => this.add(tenantId, -size),
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

  /** Removes a value. A load that is in flight is not cached. */
  invalidate(key: string): void {
    this.cache.invalidate(key);
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
