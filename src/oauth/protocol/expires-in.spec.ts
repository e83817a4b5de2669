import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { expiresInSeconds } from './expires-in.js';

const NOW = new Date('2030-06-01T12:00:00Z');
const YEAR = 365 * 86_400;
const read = (value: unknown) => expiresInSeconds(value, NOW);

describe('security rule C24, provider quirk 5: the lifetime in a token response', () => {
  it.each([
    ['seconds', 3600, 3600],
    ['seconds as text', '3600', 3600],
    ['text surrounded by whitespace', ' 3600 ', 3600],
    ['a fraction', 3599.9, 3599],
    ['exponent notation', '3.6e3', 3600],
    ['one second', 1, 1],
    ['a date', '2030-06-01T13:00:00Z', 3600],
    ['an HTTP date', 'Sat, 01 Jun 2030 13:00:00 GMT', 3600],
    ['epoch seconds', NOW.getTime() / 1000 + 600, 600],
    ['epoch seconds as text', String(NOW.getTime() / 1000 + 600), 600],
    ['epoch milliseconds', NOW.getTime() + 600_000, 600],
    ['milliseconds, which look like seconds', 3_600_000, 3_600_000],
    ['more than a year', 360_000_000, YEAR],
  ])('is parsed as %s', (_, value, seconds) => {
    expect(read(value)).toBe(seconds);
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['0', 0],
    ['"0"', '0'],
    ['less than a second', 0.5],
    ['−1', -1],
    ['"-1"', '-1'],
    ['empty', ''],
    ['blank', ' '],
    ['a word', 'soon'],
    ['NaN', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['"Infinity"', 'Infinity'],
    ['true', true],
    ['an array', [3600]],
    ['an object', { seconds: 3600 }],
    ['a date in the past', '2020-01-01T00:00:00Z'],
    ['epoch seconds in the past', 1_500_000_000],
    ['1e12, epoch milliseconds in the past', 1e12],
  ])('is unknown if it is %s', (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  it('is an integer from one second to one year, for any value', () => {
    const anything = fc.oneof(fc.anything(), fc.double(), fc.integer().map(String), fc.date().map(String));
    fc.assert(
      fc.property(anything, (value) => {
        const seconds = read(value);
        expect(seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= YEAR)).toBe(true);
      }),
    );
  });
});
