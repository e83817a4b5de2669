import { describe, expect, it } from '@jest/globals';
import { Bulkhead } from './bulkhead.js';

describe('Bulkhead', () => {
  it('has the configured number of slots for each key', () => {
    const bulkhead = new Bulkhead(2);
    expect(['a', 'a', 'a', 'b'].map((key) => bulkhead.tryAcquire(key))).toEqual([true, true, false, true]);
    bulkhead.release('a');
    expect(['a', 'a'].map((key) => bulkhead.tryAcquire(key))).toEqual([true, false]);
  });

  it('passes a released slot to the first in line and skips cancelled waits', () => {
    const bulkhead = new Bulkhead(1);
    const served: string[] = [];
    bulkhead.tryAcquire('a');
    const [cancelFirst] = ['first', 'second', 'third'].map((name) => bulkhead.wait('a', () => served.push(name)));
    cancelFirst?.();
    bulkhead.release('a');
    expect(served).toEqual(['second']);
    expect(bulkhead.tryAcquire('a')).toBe(false);
    bulkhead.release('a');
    bulkhead.release('a');
    expect(served).toEqual(['second', 'third']);
    expect(bulkhead.tryAcquire('a')).toBe(true);
  });
});
