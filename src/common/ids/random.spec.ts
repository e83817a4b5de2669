import { describe, expect, it } from '@jest/globals';
import { pooledBytes } from './random.js';

describe('pooled bytes', () => {
  it.each([0, 1, 12, 4095, 4096, 4097, 64_000])('are as many as were asked for: %d', (length) => {
    expect(pooledBytes(length)).toHaveLength(length);
  });

  it('are not given out twice, nor where the pool is filled anew', () => {
    const nonces = Array.from({ length: 5000 }, () => pooledBytes(12).toString('hex'));
    expect(new Set(nonces).size).toBe(nonces.length);
    expect(nonces).not.toContain('00'.repeat(12));
  });

  it('stay as they are when others are drawn', () => {
    const first = pooledBytes(32);
    const before = first.toString('hex');
    for (let count = 0; count < 300; count++) pooledBytes(32);
    expect(first.toString('hex')).toBe(before);
  });
});
