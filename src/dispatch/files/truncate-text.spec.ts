import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cut } from './cut.js';

const clusters = (text: string): string[] =>
  Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);

describe('a text', () => {
  it('is cut at its limit, and whole where it fits', () => {
    expect(cut('abc', 2)).toBe('ab');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abc', 0)).toBe('');
  });

  it.each([
    ['a surrogate pair', 'a😀b', 2],
    ['a letter and its marks', 'ae\u0301\u0323b', 3],
    ['a family', 'a👨‍👩‍👧‍👦b', 6],
    ['a flag', 'a🇩🇪b', 3],
    ['a flag after other flags', `a${'🇩🇪'.repeat(20)}b`, 83],
    ['CR and LF', 'a\r\nb', 2],
    ['a syllable', 'a\u1100\u1161\u11a8b', 3],
  ])('is not cut through %s', (_, text, length) => {
    const kept = cut(text, length);
    expect(clusters(text).join('|').startsWith(clusters(kept).join('|'))).toBe(true);
    expect(kept.length).toBeLessThan(length);
    expect(kept.length).toBeGreaterThan(0);
  });

  it('is cut between two clusters, wherever that is', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 400 });
    fc.assert(
      fc.property(texts, fc.nat(800), (text, length) => {
        const kept = cut(text, length);
        const all = clusters(text);
        const before = all.slice(0, clusters(kept).length);
        expect(before.join('')).toBe(kept);
        expect(kept.length).toBeLessThanOrEqual(length);
        expect((kept + (all[before.length] ?? '')).length > length || kept === text).toBe(true);
      }),
    );
  });

  it('is cut through a cluster that is longer than anything that reads as one character', () => {
    const marks = `a${'\u0301'.repeat(1000)}`;
    expect(cut(marks, 500)).toBe(marks.slice(0, 500));
    expect(cut('😀', 1)).toBe('');
  });
});
