import type { TenantCaller } from '../common/index.js';

const MAX_PER_KEY = 200;
const MAX_PER_TENANT = 1000;

/** Limits the requests that wait at the same time: 200 of one API key, 1,000 of one tenant. */
export class WaitSlots {
  /** Waiting requests by id of their key and of their tenant. */
  private readonly counts = new Map<string, number>();

  /** Takes a slot. Returns a function that frees it, to be called once; `undefined` if none is free. */
  take({ keyId, tenantId }: TenantCaller): (() => void) | undefined {
    if (this.count(keyId) >= MAX_PER_KEY || this.count(tenantId) >= MAX_PER_TENANT) return undefined;
    for (const id of [keyId, tenantId]) this.counts.set(id, this.count(id) + 1);
    return () => {
      for (const id of [keyId, tenantId]) {
        if (this.count(id) === 1) this.counts.delete(id);
        else this.counts.set(id, this.count(id) - 1);
      }
    };
  }

  private count(id: string): number {
    return this.counts.get(id) ?? 0;
  }
}
