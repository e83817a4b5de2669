import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { newId } from './ids.js';
import { mintKey, parseKey, type Role } from './key-format.js';

const ROLES: Role[] = ['operator', 'admin', 'runtime'];

/** A key from a released version. */
const GOLDEN = {
  key: 'cs_admin_key-abcdefghijkmnpqrstuvwxyz23_abcdefghijkmnpqrstuvwxyz23456789abcdefghijkmnpqrstuv18737d92',
  role: 'admin',
  keyId: 'key-abcdefghijkmnpqrstuvwxyz23',
  secret: 'abcdefghijkmnpqrstuvwxyz23456789abcdefghijkmnpqrstuv',
};

describe('an API key', () => {
  it.each(ROLES)('of the role %s is parsed as it was created', (role) => {
    const keyId = newId('key');
    const { key, secret } = mintKey(role, keyId);
    expect(parseKey(key)).toEqual({ role, keyId, secret });
    expect(key).toMatch(new RegExp(`^cs_${role}_${keyId}_[a-z0-9]{60}$`));
  });

  it('of a released version is still parsed', () => {
    const { key, ...parts } = GOLDEN;
    expect(parseKey(key)).toEqual(parts);
  });

  it('has a secret of 260 random bits, new each time', () => {
    const secrets = Array.from({ length: 100 }, () => mintKey('admin', 'key-1').secret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(secret).toMatch(/^[a-km-np-z2-9]{52}$/);
  });

  it('is invalid with any character changed', () => {
    const { key } = mintKey('runtime', newId('key'));
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect(parseKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    }
  });

  it('is invalid with another role', () => {
    const { key } = mintKey('runtime', newId('key'));
    expect(parseKey(key.replace('runtime', 'admin'))).toBeUndefined();
  });

  it.each([
    ['with a space', (key: string) => ` ${key}`],
    ['followed by a line break', (key: string) => `${key}\n`],
    ['with a scheme', (key: string) => `Bearer ${key}`],
    ['in upper case', (key: string) => key.toUpperCase()],
    ['truncated', (key: string) => key.slice(0, -1)],
    ['twice', (key: string) => key + key],
    ['with an unknown role', (key: string) => key.replace('runtime', 'root')],
  ])('is invalid %s', (_, change) => {
    expect(parseKey(change(mintKey('runtime', newId('key')).key))).toBeUndefined();
  });

  it('is invalid if it is empty', () => {
    expect(parseKey('')).toBeUndefined();
  });
});

describe('the pattern for secret scanners', () => {
  const documented = readFileSync(fileURLToPath(new URL('../../../docs/keys.md', import.meta.url)), 'utf8');
  const patterns = [...documented.matchAll(/\\bcs_\(\?:\S+\\b/g)].map(([pattern]) => pattern.replace(/'''$/, ''));

  it('is the same in the documentation and for gitleaks', () => {
    expect(patterns.length).toBe(2);
    expect(new Set(patterns).size).toBe(1);
  });

  it.each(['operator', 'admin', 'runtime'] as const)(
    'matches every key of the role %s in any surrounding text',
    (role) => {
      const pattern = new RegExp(patterns[0] ?? '');
      for (let count = 0; count < 200; count++) {
        const { key } = mintKey(role, newId('key'));
        for (const text of [key, `KEY="${key}"`, `https://x.example/?k=${key}&y`, `Bearer ${key}\n`]) {
          expect(pattern.exec(text)?.[0]).toBe(key);
        }
      }
    },
  );

  it('matches no other text', () => {
    const pattern = new RegExp(patterns[0] ?? '');
    const { key } = mintKey('admin', newId('key'));
    const others = [
      key.slice(0, -1),
      `${key}0`,
      key.replace('admin', 'root'),
      key.toUpperCase(),
      key.replace('cs_', 'sk_'),
    ];
    for (const text of [...others, newId('key'), 'cs_admin_key-…_…']) expect(pattern.test(text)).toBe(false);
  });
});
