/**
 * The current time. Everything that depends on the time uses this class, so that tests can set it.
 *
 * Times are stored and compared by all replicas, so the clock follows the one that they share: the database's.
 */
export class Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(this.local() + this.offsetMs);
  }

  /** Returns the time `milliseconds` from now. */
  in(milliseconds: number): Date {
    return new Date(this.now().getTime() + milliseconds);
  }

  /** Returns the time of this machine, in milliseconds. */
  local(): number {
    return Date.now();
  }

  /** Sets how far the shared clock is ahead of this machine's. */
  follow(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }
}
