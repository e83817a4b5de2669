import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = new Date('2030-06-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 1 ', 1000],
    ['Sat, 01 Jun 2030 12:05:00 GMT', 300_000],
  ])('of %s is %i milliseconds', (value, milliseconds) => {
    expect(retryAfterMs(value, NOW)).toBe(milliseconds);
  });

  it.each([undefined, '', '0', '-5', '1.5e', 'soon', 'Sat, 01 Jun 2030 11:00:00 GMT'])('of %s is ignored', (value) => {
    expect(retryAfterMs(value, NOW)).toBeUndefined();
  });
});
