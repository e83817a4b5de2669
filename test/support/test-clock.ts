import { Clock } from '../../src/common/index.js';

/** A clock that runs in real time and can be advanced. */
export class TestClock extends Clock {
  private ahead = 0;

  /** @param skewMs how far the machine's clock is ahead of the database's */
  constructor(public skewMs = 0) {
    super();
  }

  override now(): Date {
    return new Date(super.now().getTime() + this.ahead);
  }

  override local(): number {
    return Date.now() + this.skewMs;
  }

  advance(by: { seconds?: number; minutes?: number; hours?: number }): void {
    this.ahead += ((by.hours ?? 0) * 3600 + (by.minutes ?? 0) * 60 + (by.seconds ?? 0)) * 1000;
  }
}
