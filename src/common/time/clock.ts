/** The current time. Everything that depends on the time uses this class, so that tests can set it. */
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Returns the time `milliseconds` from now. */
  in(milliseconds: number): Date {
    return new Date(this.now().getTime() + milliseconds);
  }
}
