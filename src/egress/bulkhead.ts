interface Lane {
  active: number;
  /** First come, first served; a set, so that one whose deadline passes can leave from the middle. */
  readonly waiting: Set<() => void>;
}

/**
 * Keeps a slow upstream from taking more than its share: at most so many requests at a time per key, the others wait in line.
 *
 * A limit of the pool's own would not do. Its queue keeps requests whose caller has gone, and a connection that fails takes its next one from
 * the queue while no longer being counted. With this in front the pool needs none.
 */
export class Bulkhead {
  readonly #lanes = new Map<string, Lane>();

  /** @param places for each key */
  constructor(readonly places: number) {}

  /** @returns whether a place was free; it is taken then, until {@link leave} */
  tryEnter(key: string): boolean {
    const lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, { active: 1, waiting: new Set() });
    else if (lane.active < this.places) lane.active++;
    else return false;
    return true;
  }

  /**
   * Waits for a place, after {@link tryEnter} found none.
   *
   * @param proceed called once, when the place is taken
   * @returns stops waiting
   */
  wait(key: string, proceed: () => void): () => void {
    const waiting = this.#lanes.get(key)?.waiting;
    waiting?.add(proceed);
    return () => void waiting?.delete(proceed);
  }

  /** Gives a place back, to the first in line where there is one. */
  leave(key: string): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    const [first] = lane.waiting;
    if (first !== undefined) {
      lane.waiting.delete(first);
      first();
    } else if (--lane.active === 0) this.#lanes.delete(key);
  }
}
