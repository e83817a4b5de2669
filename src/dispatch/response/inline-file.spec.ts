import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readInlineFile } from './inline-file.js';

const ITEM = { name: 'a.bin', mime_type: 'application/x-own', content: '0' };

/** The bytes of a file with this content. */
const bytesOf = (content: string): Buffer => readInlineFile(ITEM, [JSON.stringify(content)]).bytes;

describe('the content of a file', () => {
  it('is base64 of any bytes, in either alphabet, padded or not, in lines of any length', () => {
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

  it('is nothing else', () => {
    const base64 = fc.base64String({ minLength: 4 });
    fc.assert(
      fc.property(base64, fc.nat(), fc.constantFrom('!', 'ä', 'Ł', '=', '\0', '"', '😀'), (text, at, wrong) => {
        const unpadded = text.replace(/=+$/, '');
        const place = at % unpadded.length;
        expect(() => bytesOf(unpadded.slice(0, place) + wrong + unpadded.slice(place))).toThrow('content in base64');
      }),
    );
  });

  it('is nothing that JSON does not have', () => {
    expect(() => readInlineFile(ITEM, [String.raw`"AA\x41A"`])).toThrow('content in base64');
  });

  it('is read, however many line breaks it has', () => {
    const content = 'A\n'.repeat(10_000_000);
    expect(bytesOf(content)).toHaveLength(7_500_000);
  });

  it.each(['=', 'ÿ', 'Ł', '\\'])('is refused, however much there is of %s', (wrong) => {
    const content = wrong.repeat(10_000_000);
    expect(() => bytesOf(content)).toThrow('content in base64');
  });
});
