import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { backoffMs } from './backoff.js';

const BACKOFF = { firstMs: 5000, maxMs: 300_000 };

describe('backoffMs', () => {
  it('doubles the delay with each failure, up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => backoffMs(failures, BACKOFF, 0.5) / 1000);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('stays within bounds for any number of failures', () => {
    const anyRandom = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), anyRandom, (failures, random) => {
        const delay = backoffMs(failures, BACKOFF, random);
        expect(delay).toBeGreaterThanOrEqual(3750);
        expect(delay).toBeLessThanOrEqual(375_000);
      }),
    );
  });

  it('varies the delay by up to a quarter', () => {
    expect([backoffMs(1, BACKOFF, 0), backoffMs(1, BACKOFF, 1)]).toEqual([3750, 6250]);
  });

  it('draws a random delay by default', () => {
    const delays = new Set(Array.from({ length: 20 }, () => backoffMs(1, BACKOFF)));
    expect(delays.size).toBeGreaterThan(1);
  });
});
