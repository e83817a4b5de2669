import { LRUCache } from 'lru-cache';

export interface CacheLimits<V> {
  max: number;
  /** Milliseconds; without it, a value stays until others push it out. */
  ttl?: number;
  /** How much all values may come to, with `sizeOf` each. */
  maxSize?: number;
  sizeOf?: (value: V) => number;
}

/** Remembers what was loaded. Callers who ask for the same thing at the same time share one load. */
export class LoadingCache<V extends object> {
  private readonly values: LRUCache<string, V>;
  private readonly pending = new Map<string, Promise<V | undefined>>();

  constructor({ max, ttl = 0, maxSize = 0, sizeOf }: CacheLimits<V>) {
    this.values = new LRUCache({ max, ttl, maxSize, ...(sizeOf && { sizeCalculation: sizeOf }) });
  }

  /** @param load finds the value; what it does not find is not remembered */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> | V {
    return this.values.get(key) ?? this.pending.get(key) ?? this.load(key, load);
  }

  forget(key: string): void {
    this.values.delete(key);
    this.pending.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.values.clear();
    this.pending.clear();
  }

  private async load(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const loading = load();
    this.pending.set(key, loading);
    try {
      const value = await loading;
      // Unless it was forgotten meanwhile: then what was read may be from before the change.
      if (value && this.pending.get(key) === loading) this.values.set(key, value);
      return value;
    } finally {
      if (this.pending.get(key) === loading) this.pending.delete(key);
    }
  }
}
