/** The time, as something a test can set. Everything that decides by the time asks this. */
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Now, moved by that many milliseconds. */
  in(milliseconds: number): Date {
    return new Date(this.now().getTime() + milliseconds);
  }
}
