import { describe, expect, it } from '@jest/globals';
import { digest, newId, randomSecret, randomText, isSameDigest } from './ids.js';

describe('an id', () => {
  it('consists of its prefix and 26 characters that are distinct without regard to case', () => {
    for (let round = 0; round < 200; round++) expect(newId('conn')).toMatch(/^conn-[a-km-np-z2-9]{26}$/);
  });

  it('is unique', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId('g'))).size).toBe(10_000);
  });
});

it('random text uses its 32 characters with about equal frequency', () => {
  const counts = new Map<string, number>();
  for (const character of randomText(64_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(32);
  for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(400);
});

it('a random secret has 256 bits, is safe in URLs, and is new each time', () => {
  const secrets = Array.from({ length: 100 }, randomSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  }
});

describe('a digest', () => {
  it('is SHA-256 in hex (FIPS 180-4, "abc")', () => {
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is compared completely', () => {
    const one = digest('one');
    expect(isSameDigest(one, digest('one'))).toBe(true);
    expect(isSameDigest(one, digest('two'))).toBe(false);
    expect(isSameDigest(one, `${one.slice(0, -1)}${one.endsWith('0') ? '1' : '0'}`)).toBe(false);
    expect(isSameDigest(one, one.slice(0, -1))).toBe(false);
    expect(isSameDigest(one, '')).toBe(false);
    expect(isSameDigest('é', 'e')).toBe(false);
  });
});
