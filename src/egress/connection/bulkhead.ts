interface Host {
  inFlight: number;
  /** In the order of arrival; a set, so that a request whose deadline passes can leave from the middle. */
  readonly waiting: Set<() => void>;
}

/**
 * Limits the requests that are in flight for each key, so that a slow upstream cannot take more than its share; further requests wait in line.
 *
 * A limit of the connection pool would not do: its queue keeps requests whose caller has disconnected, and a connection that fails takes its
 * next request from the queue while it is no longer counted. With the bulkhead in front, the pool needs no limit.
 */
export class Bulkhead {
  readonly #hosts = new Map<string, Host>();

  /** @param slots for each key */
  constructor(readonly slots: number) {}

  /** Takes a slot until {@link release}, if one is free. */
  tryAcquire(key: string): boolean {
    const host = this.#hosts.get(key);
    if (host === undefined) this.#hosts.set(key, { inFlight: 1, waiting: new Set() });
    else if (host.inFlight < this.slots) host.inFlight++;
    else return false;
    return true;
  }

  /**
   * Waits for a slot after {@link tryAcquire} returned false.
   *
   * @param onAcquired called once, with the slot taken
   * @returns cancels the wait
   */
  wait(key: string, onAcquired: () => void): () => void {
    const waiting = this.#hosts.get(key)?.waiting;
    waiting?.add(onAcquired);
    return () => void waiting?.delete(onAcquired);
  }

  /** Passes a slot to the first in line, if there is one. */
  release(key: string): void {
    const host = this.#hosts.get(key);
    if (host === undefined) return;
    const [first] = host.waiting;
    if (first !== undefined) {
      host.waiting.delete(first);
      first();
    } else if (--host.inFlight === 0) this.#hosts.delete(key);
  }
}
