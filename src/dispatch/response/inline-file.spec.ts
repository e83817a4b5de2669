import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeBase64 } from './decode-base64.js';
import { readInlineFile } from './inline-file.js';

const ITEM = { name: 'a.bin', mime_type: 'application/x-own', content: '0' };

/** Returns the bytes of a file with this content. */
const bytesOf = (content: string): Buffer => readInlineFile(ITEM, [decodeBase64(JSON.stringify(content))]).bytes;

describe('the content of an inline file', () => {
  it('accepts base64 in either alphabet, with or without padding and line breaks', () => {
    const spelling = fc.record({
      alphabet: fc.constantFrom('base64' as const, 'base64url' as const),
      isPadded: fc.boolean(),
      line: fc.integer({ min: 1, max: 100 }),
      lineBreak: fc.constantFrom('', '\n', '\r\n', ' '),
    });
    fc.assert(
      fc.property(fc.uint8Array(), spelling, (bytes, { alphabet, isPadded, line, lineBreak }) => {
        const unpadded = Buffer.from(bytes).toString(alphabet).replace(/=+$/, '');
        const text = isPadded ? unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, '=') : unpadded;
        const content = text.replaceAll(new RegExp(`.{${line}}`, 'g'), `$&${lineBreak}`);
        expect(bytesOf(content)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('rejects everything that is not base64', () => {
    const base64 = fc.base64String({ minLength: 4 });
    fc.assert(
      fc.property(base64, fc.nat(), fc.constantFrom('!', 'ä', 'Ł', '=', '\0', '"', '😀'), (text, at, wrong) => {
        const unpadded = text.replace(/=+$/, '');
        const place = at % unpadded.length;
        expect(() => bytesOf(unpadded.slice(0, place) + wrong + unpadded.slice(place))).toThrow(
          'content must be base64',
        );
      }),
    );
  });

  it('rejects escape sequences that JSON does not have', () => {
    expect(() => readInlineFile(ITEM, [decodeBase64(String.raw`"AA\x41A"`)])).toThrow('content must be base64');
  });

  it('is decoded quickly with millions of line breaks', () => {
    const content = 'A\n'.repeat(10_000_000);
    expect(bytesOf(content)).toHaveLength(7_500_000);
  });

  it.each(['=', 'ÿ', 'Ł', '\\'])('is rejected quickly with millions of %s', (wrong) => {
    const content = wrong.repeat(10_000_000);
    expect(() => bytesOf(content)).toThrow('content must be base64');
  });
});
