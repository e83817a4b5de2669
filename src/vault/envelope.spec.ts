import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decrypt, encrypt, parseSealed, seal, unseal, UnsealError, type SealContext } from './envelope.js';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const KEY_ID = 'dk-golden';
const CONTEXT: SealContext = { tenantId: 't-abc', table: 'connections', rowId: 'conn-1', column: 'tokens' };

/** Sealed by released versions. They must stay readable as long as databases contain them. */
const GOLDEN = [
  {
    version: 1,
    sealed: 'AQEJZGstZ29sZGVuWtw7zlhIo/SIceg+mNGVBouG3yoiYDC98Rrzb0UvBCkZp2haGsxQu3dYG9P/',
    secret: 'refresh-tökén-1',
  },
];

/** The test cases 13 to 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), those with 256-bit keys. */
const K = 'feffe9928665731c6d6a8f9467308308'.repeat(2);
const P =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const C =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
const VECTORS = [
  { key: '00'.repeat(32), iv: '00'.repeat(12), aad: '', text: '', body: '', tag: '530f8afbc74536b9a963b4f1c4cb738b' },
  {
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    aad: '',
    text: '00'.repeat(16),
    body: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  { key: K, iv: 'cafebabefacedbaddecaf888', aad: '', text: P, body: C, tag: 'b094dac5d93471bdec1a502270e3cc6c' },
  {
    key: K,
    iv: 'cafebabefacedbaddecaf888',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    text: P.slice(0, 120),
    body: C.slice(0, 120),
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

const open = (key: Buffer, context: SealContext, text: string) => unseal(key, context, parseSealed(text));
const dataKeyIdOf = (text: string) => parseSealed(text).dataKeyId;
const sealed = (secret = 'a refresh token') => seal(KEY, KEY_ID, CONTEXT, secret);
const altered = (text: string, change: (bytes: Buffer) => Buffer) =>
  change(Buffer.from(text, 'base64')).toString('base64');

describe('a sealed secret', () => {
  it('unseals to the original text, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (secret) => {
        expect(open(KEY, CONTEXT, seal(KEY, KEY_ID, CONTEXT, secret))).toBe(secret);
      }),
    );
  });

  it('contains the id of its data key', () => {
    expect(dataKeyIdOf(sealed())).toBe(KEY_ID);
  });

  it('differs each time, so that equal secrets cannot be recognized', () => {
    expect(new Set(Array.from({ length: 100 }, () => sealed())).size).toBe(100);
  });

  it.each(GOLDEN)('of version $version can still be unsealed', ({ sealed, secret }) => {
    expect(dataKeyIdOf(sealed)).toBe(KEY_ID);
    expect(open(KEY, CONTEXT, sealed)).toBe(secret);
  });

  it('has the documented layout, with length-prefixed parts of its context as associated data', () => {
    const bytes = Buffer.from(sealed('secret'), 'base64');
    const header = bytes.subarray(0, 3 + KEY_ID.length);
    expect([...header.subarray(0, 3)]).toEqual([1, 1, KEY_ID.length]);
    const context = ['t-abc', 'connections', 'conn-1', 'tokens', '1'];
    const parts = context.map((part) => `\0\0\0${String.fromCharCode(part.length)}${part}`).join('');
    const nonce = bytes.subarray(header.length, header.length + 12);
    const decipher = createDecipheriv('aes-256-gcm', KEY, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.concat([header, Buffer.from(parts, 'latin1')])).setAuthTag(bytes.subarray(-16));
    const body = bytes.subarray(header.length + 12, -16);
    expect(Buffer.concat([decipher.update(body), decipher.final()]).toString()).toBe('secret');
  });
});

describe('unseal', () => {
  it('rejects a secret with any single bit flipped', () => {
    const text = sealed();
    const bits = Buffer.from(text, 'base64').length * 8;
    for (let bit = 0; bit < bits; bit++) {
      const flipped = altered(text, (bytes) => {
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return bytes;
      });
      expect(() => open(KEY, CONTEXT, flipped)).toThrow(UnsealError);
    }
  });

  it('rejects a secret with any number of bytes missing at either end', () => {
    const text = sealed();
    const { length } = Buffer.from(text, 'base64');
    for (let cut = 1; cut <= length; cut++) {
      expect(() =>
        open(
          KEY,
          CONTEXT,
          altered(text, (bytes) => bytes.subarray(0, -cut)),
        ),
      ).toThrow(UnsealError);
      expect(() =>
        open(
          KEY,
          CONTEXT,
          altered(text, (bytes) => bytes.subarray(cut)),
        ),
      ).toThrow(UnsealError);
    }
  });

  it.each(['tenantId', 'table', 'rowId', 'column'] as const)('rejects a secret with another %s', (part) => {
    const other = { ...CONTEXT, [part]: `${CONTEXT[part]}x` };
    expect(() => open(KEY, other, sealed())).toThrow(UnsealError);
  });

  it('rejects a context whose parts are equal only when joined', () => {
    const text = seal(KEY, KEY_ID, { ...CONTEXT, tenantId: 't-abc', table: 'def' }, 'secret');
    expect(() => open(KEY, { ...CONTEXT, tenantId: 't-abcdef', table: '' }, text)).toThrow(UnsealError);
    expect(() => open(KEY, { ...CONTEXT, tenantId: 't-abcd', table: 'ef' }, text)).toThrow(UnsealError);
  });

  it.each([
    ['another key', Buffer.alloc(32, 7)],
    ['a key that is too short', KEY.subarray(0, 16)],
    ['no key', Buffer.alloc(0)],
  ])('rejects a secret with %s', (_, key) => {
    expect(() => open(key, CONTEXT, sealed())).toThrow(UnsealError);
  });

  it('rejects a tag that is truncated to four bytes', () => {
    const short = altered(sealed('long enough to look like a tag as well'), (bytes) => bytes.subarray(0, -12));
    expect(() => open(KEY, CONTEXT, short)).toThrow(UnsealError);
  });

  it('rejects another key id, even with the same key', () => {
    const other = altered(sealed(), (bytes) => {
      bytes.write('dk-gilded', 3, 'latin1');
      return bytes;
    });
    expect(dataKeyIdOf(other)).toBe('dk-gilded');
    expect(() => open(KEY, CONTEXT, other)).toThrow(UnsealError);
  });

  it.each(['', 'AA==', 'not base64!', '{"token":"x"}', 'A'.repeat(400)])(
    'rejects text that is not a sealed secret: %j',
    (text) => {
      expect(() => open(KEY, CONTEXT, text)).toThrow(UnsealError);
      expect(() => dataKeyIdOf(text)).toThrow(UnsealError);
    },
  );

  it('rejects non-canonical base64', () => {
    const text = sealed();
    for (const variant of [`${text}\n`, `${text}=`, ` ${text}`, `${text}AAAA`]) {
      expect(() => open(KEY, CONTEXT, variant)).toThrow(UnsealError);
    }
  });

  it.each([
    ['version', 0],
    ['algorithm', 1],
  ])('rejects an unknown %s', (_, position) => {
    const future = altered(sealed(), (bytes) => {
      bytes[position] = 2;
      return bytes;
    });
    expect(() => dataKeyIdOf(future)).toThrow(UnsealError);
  });

  it('throws the same error for every cause', () => {
    const failure = (work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        const { name, message, cause } = error as Error;
        return { name, message, cause };
      }
    };
    const moved = failure(() => open(KEY, { ...CONTEXT, rowId: 'conn-2' }, sealed()));
    expect(moved).toEqual({ name: 'UnsealError', message: 'a stored secret cannot be decrypted', cause: undefined });
    expect(failure(() => open(Buffer.alloc(32), CONTEXT, sealed()))).toEqual(moved);
    expect(failure(() => open(KEY, CONTEXT, 'AA=='))).toEqual(moved);
  });
});

describe('AES-256-GCM of the runtime', () => {
  it.each(VECTORS)('matches the published test vector $tag', ({ key, iv, aad, text, body, tag }) => {
    const hex = (value: string) => Buffer.from(value, 'hex');
    const cipher = createCipheriv('aes-256-gcm', hex(key), hex(iv), { authTagLength: 16 }).setAAD(hex(aad));
    expect(Buffer.concat([cipher.update(hex(text)), cipher.final()]).toString('hex')).toBe(body);
    expect(cipher.getAuthTag().toString('hex')).toBe(tag);
    const decipher = createDecipheriv('aes-256-gcm', hex(key), hex(iv), { authTagLength: 16 }).setAAD(hex(aad));
    decipher.setAuthTag(hex(tag));
    expect(Buffer.concat([decipher.update(hex(body)), decipher.final()]).toString('hex')).toBe(text);
  });

  it.each(VECTORS)('rejects a truncated or modified tag: $tag', ({ key, iv, aad, body, tag }) => {
    const hex = (value: string) => Buffer.from(value, 'hex');
    const createDecipher = () =>
      createDecipheriv('aes-256-gcm', hex(key), hex(iv), { authTagLength: 16 }).setAAD(hex(aad));
    expect(() => createDecipher().setAuthTag(hex(tag).subarray(0, 4))).toThrow('Invalid authentication tag length');
    const changed = hex(tag);
    changed[15] = (changed[15] ?? 0) ^ 1;
    const decipher = createDecipher().setAuthTag(changed);
    decipher.update(hex(body));
    expect(() => decipher.final()).toThrow('unable to authenticate');
  });
});

interface Vector {
  tcId: number;
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: 'valid' | 'invalid';
}

describe("Wycheproof's vectors", () => {
  const file = fileURLToPath(new URL('../../test/vault/aes-gcm-vectors.json', import.meta.url));
  const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { tests: Vector[] };
  const read = ({ key, iv, aad, msg, ct, tag }: Vector) => {
    const [k, n, a, m, body, t] = [key, iv, aad, msg, ct, tag].map((text) => Buffer.from(text, 'hex'));
    return {
      key: k as Buffer,
      nonce: n as Buffer,
      aad: a as Buffer,
      msg: m as Buffer,
      body: body as Buffer,
      tag: t as Buffer,
    };
  };

  it('are complete', () => {
    expect(tests.map(({ result }) => result).filter((result) => result === 'valid')).toHaveLength(18);
    expect(tests).toHaveLength(39);
  });

  it.each(tests.filter(({ result }) => result === 'valid'))('$tcId encrypts and decrypts as specified', (vector) => {
    const { key, nonce, aad, msg, body, tag } = read(vector);
    expect(encrypt(key, nonce, aad, msg)).toEqual({ body, tag });
    expect(decrypt(key, nonce, aad, { body, tag })).toEqual(msg);
  });

  it.each(tests.filter(({ result }) => result === 'invalid'))('$tcId is rejected as specified', (vector) => {
    const { key, nonce, aad, body, tag } = read(vector);
    expect(() => decrypt(key, nonce, aad, { body, tag })).toThrow('unable to authenticate');
  });
});
