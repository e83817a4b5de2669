/** A queue that has not been empty for this long is a sign of overload, not of a burst. */
const INTERVAL_MS = 5000;

/** How long a request may wait during an overload. */
const TARGET_MS = 250;

/**
 * Decides which waiting requests are rejected when more arrive than can be served (controlled delay, after CoDel, RFC 8289).
 *
 * Without it, every request would wait longer than the one before, until all of them fail. A burst may wait up to five seconds. If the queue has
 * not been empty for five seconds, requests that have waited a quarter of a second are rejected, so that those that are served are served in time.
 */
export class ControlledDelay {
  #emptyAt: number;

  /** @param now the time in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#emptyAt = now();
  }

  /** Notes the arrival of a request. @returns its time, for {@link hasWaitedTooLong} */
  arrive(isQueueEmpty: boolean): number {
    const now = this.now();
    if (isQueueEmpty) this.#emptyAt = now;
    return now;
  }

  /** Returns whether a request, whose turn it is, is to be rejected. */
  hasWaitedTooLong(arrivedAt: number): boolean {
    const now = this.now();
    const isOverloaded = now - this.#emptyAt > INTERVAL_MS;
    return now - arrivedAt > (isOverloaded ? TARGET_MS : INTERVAL_MS);
  }
}
