import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeText } from './decode-text.js';

const read = (bytes: Buffer, type: string | null = 'text/plain') => decodeText(bytes, type, false);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('decodeText', () => {
  it.each<[string, Buffer, string, string]>([
    ['none', Buffer.from('aä€😀'), 'text/plain', 'aä€😀'],
    ['UTF-8', Buffer.from('ä'), 'text/plain; charset=utf8', 'ä'],
    ['Latin-1, which means Windows-1252', Buffer.from([0xe4, 0x80]), 'text/plain; charset=ISO-8859-1', 'ä€'],
    ['in quotes', latin1('ä'), 'text/plain; charset="latin1"; x=y', 'ä'],
    ['Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), 'text/plain;charset=Shift_JIS', '日本'],
    ['EUC-JP', Buffer.from([0xc6, 0xfc, 0xcb, 0xdc]), 'text/plain;charset=euc-jp', '日本'],
    ['ISO-2022-JP', latin1('\x1b$BF|K\\\x1b(B'), 'text/plain;charset=iso-2022-jp', '日本'],
    ['GB 18030', Buffer.from([0xd6, 0xd0, 0x81, 0x30, 0x84, 0x36]), 'text/plain;charset=gb2312', '中¥'],
    ['Big5', Buffer.from([0xa4, 0xa4]), 'text/plain;charset=big5', '中'],
    ['EUC-KR', Buffer.from([0xc7, 0xd1]), 'text/plain;charset=ks_c_5601-1987', '한'],
    ['KOI8-R', Buffer.from([0xc4, 0xc1]), 'text/plain;charset=koi8-r', 'да'],
    ['UTF-16', Buffer.from('aä', 'utf16le'), 'text/plain;charset=utf-16', 'aä'],
    ['an unknown one', Buffer.from('ä'), 'text/plain; charset=klingon', 'ä'],
    ['JSON without one', Buffer.from('"ä"'), 'application/json', '"ä"'],
    ['JSON with one', latin1('"ä"'), 'application/json; charset=iso-8859-1', '"ä"'],
  ])('uses the charset of the media type: %s', (_, bytes, type, text) => {
    expect(read(bytes, type)).toBe(text);
  });

  it.each([
    ['UTF-8', Buffer.from('\uFEFFä')],
    ['UTF-16 LE', Buffer.from('\uFEFFä', 'utf16le')],
    ['UTF-16 BE', utf16be('\uFEFFä')],
  ])('prefers the byte order mark to every other declaration: %s', (_, bytes) => {
    expect(
      ['text/plain', 'text/plain; charset=koi8-r', 'application/json', null].map((type) => read(bytes, type)),
    ).toEqual(Array.from({ length: 4 }, () => 'ä'));
  });

  it.each([
    ['text/html', '<!doctype html><html><meta charset="iso-8859-1"><p>ä'],
    ['text/html', "<META  data-x charset = 'latin1' /><p>ä"],
    ['text/html', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>ä'],
    ['text/html', '<!-- <meta charset="koi8-r"> --><meta charset=latin1>ä'],
    ['text/html; charset=klingon', '<meta charset=latin1>ä'],
    ['application/xml', '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>'],
    ['application/atom+xml', "<?xml version='1.0' encoding='latin1'?><a>ä</a>"],
  ])('uses the charset that the text declares: %s %s', (type, text) => {
    expect(read(latin1(text), type)).toBe(text);
  });

  it.each([
    ['text/html; charset=utf-8', '<meta charset=latin1>ä'],
    ['text/plain', '<meta charset=latin1>ä'],
    ['text/html', `${' '.repeat(1024)}<meta charset=latin1>ä`],
    ['text/html', '<meta charset=utf-16>ä'],
    ['text/html', '<p charset=latin1>ä'],
    ['text/xml', '<a encoding="latin1">ä</a>'],
  ])('ignores a declaration that does not apply: %s %s', (type, text) => {
    expect(read(Buffer.from(text), type)).toBe(text);
  });

  it.each(['windows-1252', 'latin1', 'ascii'])('decodes every byte of Windows-1252: %s', (charset) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const text = read(bytes, `text/plain; charset=${charset}`);
    expect([text.length, text.slice(0x80, 0xa1)]).toEqual([256, '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ\xa0']);
  });

  it('replaces invalid bytes by U+FFFD', () => {
    expect(read(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82]))).toBe('a\uFFFDb\uFFFD');
    expect(read(Buffer.from([0x61, 0xff, 0x61]), 'text/plain; charset=shift_jis')).toContain('\uFFFD');
  });
});

describe('decodeText of a truncated text', () => {
  it.each([
    'utf-8',
    'utf-16le',
    'utf-16be',
    'gb18030',
    'big5',
    'iso-8859-1',
    'euc-jp',
    'shift_jis',
    'euc-kr',
    'koi8-r',
  ])('drops an incomplete character at the end: %s', (charset) => {
    const alphabet = alphabetOf(charset);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet), { minLength: 1 }), fc.nat(), (characters, end) => {
        const bytes = Buffer.concat(characters.map(([, encoded]) => encoded));
        const text = characters.map(([character]) => character).join('');
        const truncated = decodeText(
          bytes.subarray(0, end % (bytes.length + 1)),
          `text/plain; charset=${charset}`,
          true,
        );
        expect(text.startsWith(truncated)).toBe(true);
        expect(truncated.isWellFormed()).toBe(true);
        expect(decodeText(bytes, `text/plain; charset=${charset}`, true)).toBe(text);
      }),
    );
  });
});

/** Returns characters of every byte length of the charset, with their bytes. */
function alphabetOf(charset: string): [character: string, bytes: Buffer][] {
  if (charset === 'utf-8') return [...'aä€😀'].map((character) => [character, Buffer.from(character)]);
  if (charset === 'utf-16le') return [...'aä€😀'].map((character) => [character, Buffer.from(character, 'utf16le')]);
  if (charset === 'utf-16be') return [...'aä€😀'].map((character) => [character, utf16be(character)]);
  const decoder = new TextDecoder(charset, { fatal: true });
  const candidates = [Buffer.from('a'), Buffer.from([0xc1]), Buffer.from([0x81, 0x30, 0x84, 0x36])];
  for (let lead = 0x81; lead < 0xff; lead += 5) {
    for (let trail = 0x40; trail < 0xff; trail += 7) candidates.push(Buffer.from([lead, trail]));
  }
  candidates.push(Buffer.from([0x8f, 0xb0, 0xa1]), Buffer.from([0x94, 0x39, 0xda, 0x33]));
  return candidates.flatMap((bytes) => {
    try {
      const character = decoder.decode(bytes);
      return [...character].length === 1 ? [[character, bytes] as [string, Buffer]] : [];
    } catch {
      return []; // not a character of this charset
    }
  });
}
