import { describe, expect, it } from '@jest/globals';
import { TenantCache } from './tenant-cache.js';

/** A cache of strings by their length: 100 in total, and so 50 for a tenant. */
function cacheOfTexts() {
  const cache = new TenantCache<{ text: string }>({ max: 100, maxSize: 100, sizeOf: ({ text }) => text.length });
  const loads: string[] = [];
  const get = async (tenantId: string, key: string, length = 20) => {
    const load = async () => {
      loads.push(key);
      return { text: 'x'.repeat(length) };
    };
    return (await cache.get(tenantId, key, load))?.text.length;
  };
  return { cache, loads, get };
}

describe('TenantCache', () => {
  it('loads a value once', async () => {
    const { get, loads } = cacheOfTexts();
    expect([await get('a', 'a1'), await get('a', 'a1')]).toEqual([20, 20]);
    expect(loads).toEqual(['a1']);
  });

  it('evicts the oldest values of a tenant that has more than half, and none of another tenant', async () => {
    const { get, loads } = cacheOfTexts();
    for (const key of ['b1', 'b2']) await get('b', key);
    for (const key of ['a1', 'a2', 'a3', 'a4', 'a5']) await get('a', key);
    loads.length = 0;
    for (const key of ['b1', 'b2']) await get('b', key);
    for (const key of ['a4', 'a5', 'a3']) await get('a', key);
    expect(loads).toEqual(['a3']);
  });

  it('counts values that were cleared as gone', async () => {
    const { cache, get, loads } = cacheOfTexts();
    for (const key of ['a1', 'a2']) await get('a', key);
    cache.clear();
    for (const key of ['a1', 'a2', 'a1', 'a2']) await get('a', key);
    expect(loads).toEqual(['a1', 'a2', 'a1', 'a2']);
  });

  it('does not keep a value that is larger than the share of a tenant', async () => {
    const { get, loads } = cacheOfTexts();
    await get('a', 'a1', 60);
    await get('a', 'a1', 60);
    expect(loads).toEqual(['a1', 'a1']);
  });
});
