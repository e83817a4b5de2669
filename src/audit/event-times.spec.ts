import { describe, expect, it } from '@jest/globals';
import { EventTimes } from './event-times.js';

describe('EventTimes', () => {
  it('ascend within a millisecond, and follow the clock again when it is later', () => {
    const times = new EventTimes();
    expect([5000, 5000, 5000, 5001, 5004].map((now) => times.next(now))).toEqual([5000, 5001, 5002, 5003, 5004]);
  });

  it('follow a clock that is set back', () => {
    const times = new EventTimes();
    expect([90_000, 30_000, 30_000].map((now) => times.next(now))).toEqual([90_000, 30_000, 30_001]);
  });
});
