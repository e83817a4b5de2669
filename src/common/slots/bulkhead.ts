/** The slots of one tenant at one host. */
interface Share {
  inFlight: number;
  /** In the order of arrival; a set, so that a request whose deadline passes can leave from the middle. */
  readonly waiting: Set<() => void>;
}

interface Host {
  inFlight: number;
  /** By tenant, in round-robin order. */
  readonly shares: Map<string, Share>;
}

/** A tenant takes another slot only while it holds fewer than this many times as many slots as are free: at most three of four. */
const MAX_HELD_PER_FREE = 3;

/**
 * Limits the requests that are in flight for each key, so that a slow upstream cannot take more than its share; further requests wait in line.
 * Tenants are served round-robin, and each takes at most three quarters of the slots that the others leave, 48 of 64: a slow call cannot be
 * interrupted, so some slots must stay free for the next tenant.
 *
 * A limit of the connection pool would not do: its queue keeps requests whose caller has disconnected, and a connection that fails takes its
 * next request from the queue while it is no longer counted. With the bulkhead in front, the pool needs no limit.
 */
export class Bulkhead {
  readonly #hosts = new Map<string, Host>();

  /** @param slots for each key; at least four, or one tenant can hold all of them */
  constructor(readonly slots: number) {}

  /** Takes a slot until {@link release}, if the tenant may have one. */
  tryAcquire(key: string, tenantId: string): boolean {
    const host = this.#hosts.get(key);
    const held = host?.shares.get(tenantId)?.inFlight ?? 0;
    if (host !== undefined && !this.#isAvailable(host, held)) return false;
    const { inHost, share } = this.#shareOf(key, tenantId);
    inHost.inFlight++;
    share.inFlight++;
    return true;
  }

  /**
   * Waits for a slot after {@link tryAcquire} returned false.
   *
   * @param onAcquired called once, with the slot taken
   * @returns cancels the wait
   */
  wait(key: string, tenantId: string, onAcquired: () => void): () => void {
    const { share } = this.#shareOf(key, tenantId);
    share.waiting.add(onAcquired);
    return () => {
      if (share.waiting.delete(onAcquired)) this.#removeIfUnused(key, tenantId);
    };
  }

  /** Releases a slot and passes on what is free. */
  release(key: string, tenantId: string): void {
    const host = this.#hosts.get(key);
    const share = host?.shares.get(tenantId);
    if (host === undefined || share === undefined) return;
    host.inFlight--;
    share.inFlight--;
    // Repeats: with one more slot free, a tenant at its limit may take more than one.
    while (this.#grantNext(host));
    this.#removeIfUnused(key, tenantId);
  }

  #isAvailable({ inFlight }: Host, held: number): boolean {
    return held < MAX_HELD_PER_FREE * (this.slots - inFlight);
  }

  #grantNext(host: Host): boolean {
    for (const [tenantId, share] of host.shares) {
      const [first] = share.waiting;
      if (first === undefined || !this.#isAvailable(host, share.inFlight)) continue;
      share.waiting.delete(first);
      share.inFlight++;
      host.inFlight++;
      // Moves the tenant to the end of the round.
      host.shares.delete(tenantId);
      host.shares.set(tenantId, share);
      first();
      return true;
    }
    return false;
  }

  #shareOf(key: string, tenantId: string): { inHost: Host; share: Share } {
    const inHost = this.#hosts.get(key) ?? { inFlight: 0, shares: new Map<string, Share>() };
    const share = inHost.shares.get(tenantId) ?? { inFlight: 0, waiting: new Set() };
    this.#hosts.set(key, inHost);
    inHost.shares.set(tenantId, share);
    return { inHost, share };
  }

  #removeIfUnused(key: string, tenantId: string): void {
    const host = this.#hosts.get(key);
    const share = host?.shares.get(tenantId);
    if (host === undefined || share === undefined || share.inFlight + share.waiting.size > 0) return;
    host.shares.delete(tenantId);
    if (host.shares.size === 0) this.#hosts.delete(key);
  }
}
