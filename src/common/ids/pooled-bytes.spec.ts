import { describe, expect, it } from '@jest/globals';
import { pooledBytes } from './pooled-bytes.js';

describe('pooled bytes', () => {
  it.each([0, 1, 12, 4095, 4096, 4097, 64_000])('have the requested length: %d', (length) => {
    expect(pooledBytes(length)).toHaveLength(length);
  });

  it('are never returned twice, even when the pool is refilled', () => {
    const nonces = Array.from({ length: 5000 }, () => pooledBytes(12).toString('hex'));
    expect(new Set(nonces).size).toBe(nonces.length);
    expect(nonces).not.toContain('00'.repeat(12));
  });

  it('do not change when others are drawn', () => {
    const first = pooledBytes(32);
    const before = first.toString('hex');
    for (let count = 0; count < 300; count++) pooledBytes(32);
    expect(first.toString('hex')).toBe(before);
  });
});
