import { describe, expect, it } from '@jest/globals';
import { newId } from './ids.js';
import { mintKey, parseKey, type Role } from './key-format.js';

const ROLES: Role[] = ['operator', 'admin', 'runtime'];

/** Given out by released versions. */
const GOLDEN = {
  key: 'cs_admin_key-abcdefghijkmnpqrstuvwxyz23_abcdefghijkmnpqrstuvwxyz23456789abcdefghijkmnpqrstuv18737d92',
  role: 'admin',
  keyId: 'key-abcdefghijkmnpqrstuvwxyz23',
  secret: 'abcdefghijkmnpqrstuvwxyz23456789abcdefghijkmnpqrstuv',
};

describe('a key', () => {
  it.each(ROLES)('of the role %s is read as it was minted', (role) => {
    const keyId = newId('key');
    const { key, secret } = mintKey(role, keyId);
    expect(parseKey(key)).toEqual({ role, keyId, secret });
    expect(key).toMatch(new RegExp(`^cs_${role}_${keyId}_[a-z0-9]{60}$`));
  });

  it('is read as released versions wrote it', () => {
    const { key, ...parts } = GOLDEN;
    expect(parseKey(key)).toEqual(parts);
  });

  it('has a secret of 260 random bits, new each time', () => {
    const secrets = Array.from({ length: 100 }, () => mintKey('admin', 'key-1').secret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(secret).toMatch(/^[a-km-np-z2-9]{52}$/);
  });

  it('with any one character changed is not a key', () => {
    const { key } = mintKey('runtime', newId('key'));
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect(parseKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    }
  });

  it('of one role is not a key of another', () => {
    const { key } = mintKey('runtime', newId('key'));
    expect(parseKey(key.replace('runtime', 'admin'))).toBeUndefined();
  });

  it.each([
    ['with a space', (key: string) => ` ${key}`],
    ['with a line break', (key: string) => `${key}\n`],
    ['with its scheme', (key: string) => `Bearer ${key}`],
    ['in upper case', (key: string) => key.toUpperCase()],
    ['cut', (key: string) => key.slice(0, -1)],
    ['twice', (key: string) => key + key],
    ['of a role that there is not', (key: string) => key.replace('runtime', 'root')],
  ])('%s is not a key', (_, change) => {
    expect(parseKey(change(mintKey('runtime', newId('key')).key))).toBeUndefined();
  });

  it('is not nothing', () => {
    expect(parseKey('')).toBeUndefined();
  });
});
