import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { contrastRatio, textColorOn } from './contrast.js';

const colors = integer({ min: 0, max: 0xff_ff_ff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('contrastRatio', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#ff0000', '#ffffff', 4],
    ['#0000ff', '#ffffff', 8.59],
    ['#1f5fd6', '#ffffff', 5.75],
  ])('rates the contrast of %s and %s as %d', (a, b, expected) => {
    expect(contrastRatio(a, b)).toBeCloseTo(expected, 1);
    expect(contrastRatio(b, a)).toBe(contrastRatio(a, b));
  });
});

describe('textColorOn', () => {
  it('returns a text color that is readable on every background', () => {
    assert(
      property(colors, (color) => {
        expect(contrastRatio(textColorOn(color), color)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('returns white if it is readable', () => {
    expect(['#767676', '#777777', '#ffd400', '#00205b', '#FFFFFF'].map(textColorOn)).toEqual([
      '#ffffff',
      '#000000',
      '#000000',
      '#ffffff',
      '#000000',
    ]);
  });
});
