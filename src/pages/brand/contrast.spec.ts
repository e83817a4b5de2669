import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { contrast, textOn } from './contrast.js';

const colours = integer({ min: 0, max: 0xff_ff_ff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('the contrast of two colours', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#ff0000', '#ffffff', 4],
    ['#0000ff', '#ffffff', 8.59],
    ['#1f5fd6', '#ffffff', 5.75],
  ])('of %s and %s is %d', (a, b, expected) => {
    expect(contrast(a, b)).toBeCloseTo(expected, 1);
    expect(contrast(b, a)).toBe(contrast(a, b));
  });
});

describe('the colour of text', () => {
  it('can be read on every colour', () => {
    assert(
      property(colours, (colour) => {
        expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('is white as long as that can be read', () => {
    expect(['#767676', '#777777', '#ffd400', '#00205b', '#FFFFFF'].map(textOn)).toEqual([
      '#ffffff',
      '#000000',
      '#000000',
      '#ffffff',
      '#000000',
    ]);
  });
});
