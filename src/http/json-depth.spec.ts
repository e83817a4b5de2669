import { describe, expect, it } from '@jest/globals';
import { isNestedDeeperThan } from './json-depth.js';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('isNestedDeeperThan', () => {
  it.each([
    [nested(3), false],
    [nested(4), true],
    ['{"a":[{"b":1}]}', false],
    ['{"a":[{"b":[]}]}', true],
    [Array(1000).fill(nested(3)).join(), false],
    ['"[[[[["', false],
    [String.raw`["\"[[[[["]`, false],
    [String.raw`["\\",[[[]]]]`, true],
    ['"[[[[', false],
    ['', false],
  ])('of %j with three levels is %s', (text, expected) => {
    expect(isNestedDeeperThan(text, 3)).toBe(expected);
  });
});
