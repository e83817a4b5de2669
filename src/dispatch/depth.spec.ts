import { describe, expect, it } from '@jest/globals';
import { isDeeperThan } from './depth.js';

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'leaf';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

describe.each([
  ['objects', (inner: unknown) => ({ a: 1, inner })],
  ['arrays', (inner: unknown) => [1, inner]],
])('the depth of %s', (_, wrap) => {
  it('is counted by levels', () => {
    expect(isDeeperThan(nested(3, wrap), 3)).toBe(false);
    expect(isDeeperThan(nested(4, wrap), 3)).toBe(true);
  });

  it('is told of what is nested deeper than any recursion reaches', () => {
    expect(isDeeperThan(nested(200_000, wrap), 100)).toBe(true);
  });
});

it.each([null, 1, 'text', true, undefined])('%j is not deep', (value) => {
  expect(isDeeperThan(value, 0)).toBe(false);
});

it('an empty object is one level', () => {
  expect(isDeeperThan({}, 0)).toBe(true);
  expect(isDeeperThan({}, 1)).toBe(false);
});
