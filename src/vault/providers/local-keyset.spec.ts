import { describe, expect, it } from '@jest/globals';
import { UnsealError } from '../envelope.js';
import { VaultKeyError } from './key-provider.js';
import { LocalKeyset } from './local-keyset.js';

const OLD = Buffer.from('101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f', 'hex').toString('base64');
const NEW = Buffer.from('606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f', 'hex').toString('base64');
const DATA_KEY = Buffer.alloc(32, 9);

/** Wrapped under `OLD` by released versions, with the context `t-abc/dk-1`. */
const GOLDEN = [
  {
    version: 1,
    kekId: 'kek-9f7c47aea9273045d8a04ece',
    wrapped:
      'AQEca2VrLTlmN2M0N2FlYTkyNzMwNDVkOGEwNGVjZWOK73AztEw/8YIbRNRkP/JAp30r960p+0cObAosoLaGWgAhzkm4CBrH8kufgv50jrEZP+5Xu52W06xnqDid+UE3dgHtciXRzA==',
  },
];

const keys = (text: string) => LocalKeyset.parse(text, 'a test');
const idOf = (text: string) => keys(text).primaryKeyId();

describe('LocalKeyset.parse', () => {
  it.each([
    ['one line', OLD],
    ['an end of line', `${OLD}\n`],
    ['Windows line ends and blank lines', `\r\n${OLD}\r\n\r\n`],
    ['no padding', OLD.replace('=', '')],
  ])('accepts a key with %s', async (_, text) => {
    expect(await idOf(text)).toBe(await idOf(OLD));
  });

  it.each([`${NEW}\n${OLD}`, `${NEW},${OLD}`, `${NEW} , ${OLD}\n`])(
    'wraps with the first key and unwraps with every key: %j',
    async (text) => {
      const wrapped = await keys(OLD).wrap(DATA_KEY, 'context');
      const both = keys(text);
      expect(await both.primaryKeyId()).toBe(await idOf(NEW));
      expect(both.canUnwrap(wrapped.kekId)).toBe(true);
      await expect(both.unwrap(wrapped, 'context')).resolves.toEqual(DATA_KEY);
    },
  );

  it.each([
    ['nothing', ''],
    ['blank lines', '\n \n'],
    ['a password', 'correct horse battery staple'],
    ['a key of 16 bytes', Buffer.from(OLD, 'base64').subarray(0, 16).toString('base64')],
    ['a key of 33 bytes', Buffer.concat([Buffer.from(OLD, 'base64'), Buffer.alloc(1)]).toString('base64')],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['a pattern', Buffer.from('abcd'.repeat(8)).toString('base64')],
    ['a good key and a bad one', `${OLD}\nchangeme`],
  ])('rejects %s with one line that does not repeat it', (_, text) => {
    const parse = () => keys(text);
    expect(parse).toThrow(VaultKeyError);
    expect(parse).toThrow(
      /^VAULT_KEYS: a test must contain keys of 32 random bytes in base64; generate one with `npm run keys`$/,
    );
  });

  it('accepts generated keys, which differ each time', async () => {
    const generated = LocalKeyset.generateKey();
    expect(keys(generated).canUnwrap(await idOf(generated))).toBe(true);
    expect(LocalKeyset.generateKey()).not.toBe(generated);
  });
});

describe('a wrapped data key', () => {
  it.each(GOLDEN)('of version $version can still be unwrapped', async ({ kekId, wrapped }) => {
    expect(await idOf(OLD)).toBe(kekId);
    await expect(keys(OLD).unwrap({ kekId, wrapped }, 't-abc/dk-1')).resolves.toEqual(DATA_KEY);
  });

  it('does not contain the key in plaintext', async () => {
    const wrapped = Buffer.from((await keys(OLD).wrap(DATA_KEY, 'context')).wrapped, 'base64');
    expect(wrapped.includes(DATA_KEY)).toBe(false);
    expect(wrapped.includes(DATA_KEY.toString('base64'))).toBe(false);
  });

  it('cannot be unwrapped with another context', async () => {
    const wrapped = await keys(OLD).wrap(DATA_KEY, 't-abc/dk-1');
    for (const context of ['t-abc/dk-2', 't-abd/dk-1', 't-abc', '']) {
      await expect(keys(OLD).unwrap(wrapped, context)).rejects.toThrow(UnsealError);
    }
  });

  it('cannot be unwrapped with another key', async () => {
    const wrapped = await keys(OLD).wrap(DATA_KEY, 'context');
    expect(keys(NEW).canUnwrap(wrapped.kekId)).toBe(false);
    await expect(keys(NEW).unwrap(wrapped, 'context')).rejects.toThrow(UnsealError);
    const asNew = { ...wrapped, kekId: await idOf(NEW) };
    await expect(keys(`${NEW}\n${OLD}`).unwrap(asNew, 'context')).rejects.toThrow(UnsealError);
  });
});

it('a key id reveals nothing about its key', async () => {
  const id = await idOf(OLD);
  expect(id).toMatch(/^kek-[0-9a-f]{24}$/);
  expect(Buffer.from(OLD, 'base64').toString('hex')).not.toContain(id.slice(4, 12));
});
