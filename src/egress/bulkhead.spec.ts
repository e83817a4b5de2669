import { describe, expect, it } from '@jest/globals';
import { Bulkhead } from './bulkhead.js';

describe('the bulkhead', () => {
  it('has as many places as it was given, for each key', () => {
    const bulkhead = new Bulkhead(2);
    expect(['a', 'a', 'a', 'b'].map((key) => bulkhead.tryEnter(key))).toEqual([true, true, false, true]);
    bulkhead.leave('a');
    expect(['a', 'a'].map((key) => bulkhead.tryEnter(key))).toEqual([true, false]);
  });

  it('gives a place to the first in line, and past those who have gone', () => {
    const bulkhead = new Bulkhead(1);
    const served: string[] = [];
    bulkhead.tryEnter('a');
    const [first] = ['first', 'second', 'third'].map((name) => bulkhead.wait('a', () => served.push(name)));
    first?.();
    bulkhead.leave('a');
    expect(served).toEqual(['second']);
    expect(bulkhead.tryEnter('a')).toBe(false);
    bulkhead.leave('a');
    bulkhead.leave('a');
    expect(served).toEqual(['second', 'third']);
    expect(bulkhead.tryEnter('a')).toBe(true);
  });
});
