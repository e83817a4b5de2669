import { describe, expect, it } from '@jest/globals';
import { Rests } from './rests.js';

const NOW = Date.parse('2030-06-01T12:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000);

function fail(rests: Rests, times: number, seconds = 0): void {
  for (let count = 0; count < times; count++) rests.note('act-1', true, at(seconds));
}

describe('an action whose refreshes fail', () => {
  it('is left alone after eight in a row, for five seconds or so', () => {
    const rests = new Rests();
    fail(rests, 7);
    expect(rests.isResting('act-1', at(0))).toBe(false);
    fail(rests, 1);
    expect([3.7, 6.3].map((seconds) => rests.isResting('act-1', at(seconds)))).toEqual([true, false]);
  });

  it('is left alone longer when it fails again, and what was under way meanwhile does not count', () => {
    const rests = new Rests();
    fail(rests, 8 + 60);
    fail(rests, 8, 10);
    expect([17, 23].map((seconds) => rests.isResting('act-1', at(seconds)))).toEqual([true, false]);
  });

  it('begins anew with one success', () => {
    const rests = new Rests();
    fail(rests, 7);
    rests.note('act-1', false, at(0));
    fail(rests, 7);
    expect(rests.isResting('act-1', at(0))).toBe(false);
  });

  it('does not rest for another', () => {
    const rests = new Rests();
    fail(rests, 8);
    expect(rests.isResting('act-2', at(0))).toBe(false);
  });
});
