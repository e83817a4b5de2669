/** A clock that is set back further than this is followed; times would stay ahead of it otherwise. */
const MAX_AHEAD_MS = 1000;

/**
 * Gives events ascending times, so that events of one process keep their order: they are ordered by time, and those of one transaction may have
 * the same millisecond. The later ones get the milliseconds after it.
 */
export class EventTimes {
  private latest = 0;

  /** @param now in milliseconds @returns `now`, or the millisecond after the last event */
  next(now: number): number {
    const isAhead = now <= this.latest && now > this.latest - MAX_AHEAD_MS;
    this.latest = isAhead ? this.latest + 1 : now;
    return this.latest;
  }
}
