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
])('the depth of nested %s', (_, wrap) => {
  it('is counted by levels', () => {
    expect(isDeeperThan(nested(3, wrap), 3)).toBe(false);
    expect(isDeeperThan(nested(4, wrap), 3)).toBe(true);
  });

  it('is determined for values that are nested too deeply for recursion', () => {
    expect(isDeeperThan(nested(200_000, wrap), 100)).toBe(true);
  });
});

it.each([null, 1, 'text', true, undefined])('the value %j has depth 0', (value) => {
  expect(isDeeperThan(value, 0)).toBe(false);
});

it('an empty object has depth 1', () => {
  expect(isDeeperThan({}, 0)).toBe(true);
  expect(isDeeperThan({}, 1)).toBe(false);
});
