import { describe, expect, it } from '@jest/globals';
import { shapeProblem } from './json-shape.js';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('shapeProblem', () => {
  it.each([
    [nested(3), undefined],
    [nested(4), 'levels'],
    ['{"a":[{"b":1}]}', undefined],
    ['{"a":[{"b":[]}]}', 'levels'],
    [Array(5).fill(nested(2)).join(), undefined],
    [Array(6).fill(nested(2)).join(), 'values'],
    [Array(11).fill('[ ]').join(), undefined],
    ['"[[[[["', undefined],
    [String.raw`["\"[[[[["]`, undefined],
    [String.raw`["\\",[[[]]]]`, 'levels'],
    ['"[[[[', undefined],
    ['[[[ ', undefined],
    ['', undefined],
    [`[${Array(10).fill(1).join()}]`, undefined],
    [`[${Array(11).fill('"é"').join()}]`, 'values'],
    [`{"a":[1,2,3,4,5,6,7],"b":[1,2,3,4,5,6]}`, 'values'],
    ['",,,,,,,,,,,,,,,,"', undefined],
  ])('of %j with three levels and ten values is %s', (text, expected) => {
    expect(shapeProblem(Buffer.from(text), { levels: 3, values: 10 })).toBe(expected);
  });
});
