import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { byteRedactor, HIDDEN, redactor } from './redactor.js';

const SECRET = 'p/w+ö "x" ~1';

const SPELLINGS: Array<[string, (secret: string) => string]> = [
  ['in plain text', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
  ['in a URL', encodeURIComponent],
  [
    'in a URL, in lower case',
    (secret) => encodeURIComponent(secret).replaceAll(/%../g, (octet) => octet.toLowerCase()),
  ],
  ['in a form', (secret) => new URLSearchParams({ s: secret }).toString().slice(2)],
  [
    'in a form, in lower case',
    (secret) =>
      new URLSearchParams({ s: secret })
        .toString()
        .slice(2)
        .replaceAll(/%../g, (octet) => octet.toLowerCase()),
  ],
  ['in base64', (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
];

describe('a secret', () => {
  it.each(SPELLINGS)('is hidden %s', (_, spell) => {
    expect(redactor([SECRET])(`before ${spell(SECRET)} after`)).toBe(`before ${HIDDEN} after`);
  });

  it.each(SPELLINGS)('is hidden %s, for any characters', (_, spell) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 6 }), (secret) => {
        expect(redactor([secret])(`<${spell(secret)}>`)).toContain(HIDDEN);
      }),
    );
  });

  it('is hidden everywhere, including adjacent occurrences', () => {
    expect(redactor(['canary-1', 'canary-2'])('canary-1canary-2, canary-1')).toBe('[HIDDEN][HIDDEN], [HIDDEN]');
  });

  it('is hidden completely if another secret is its prefix', () => {
    expect(redactor(['canary', 'canary-and-more'])('canary-and-more canary')).toBe('[HIDDEN] [HIDDEN]');
  });

  it('is not interpreted as a pattern', () => {
    expect(redactor(['a.c+d(e', 'secret$&'])('a.c+d(e abcdddde secret$&')).toBe('[HIDDEN] abcdddde [HIDDEN]');
  });

  it('is not hidden if it is shorter than 6 characters', () => {
    expect(redactor(['', 'a', 'plan '])('a man a plan ')).toBe('a man a plan ');
  });

  it('may contain a lone surrogate', () => {
    expect(redactor(['canary\ud800'])('canary\ud800')).toBe(HIDDEN);
  });
});

describe('a secret in bytes', () => {
  const blanked = (secrets: string[], bytes: Buffer): Buffer => {
    byteRedactor(secrets)(bytes);
    return bytes;
  };

  it.each(SPELLINGS)('is hidden %s without changing the length', (_, spell) => {
    const secret = Buffer.from(spell(SECRET));
    const around = Buffer.from([0, 0xff]);
    expect(blanked([SECRET], Buffer.concat([around, secret, around, secret]))).toEqual(
      Buffer.concat([around, Buffer.alloc(secret.length, '*'), around, Buffer.alloc(secret.length, '*')]),
    );
  });

  it('is hidden in UTF-16', () => {
    expect(blanked(['canary'], Buffer.from('a canary', 'utf16le'))).toEqual(
      Buffer.concat([Buffer.from('a ', 'utf16le'), Buffer.alloc(12, '*')]),
    );
  });

  it('is not hidden if it is shorter than 6 characters', () => {
    expect(blanked(['', 'plan'], Buffer.from('a plan')).toString()).toBe('a plan');
  });
});
