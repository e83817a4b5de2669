import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { truncateText } from './truncate-text.js';

const clusters = (text: string): string[] =>
  Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);

describe('truncateText', () => {
  it('truncates a text at the limit and keeps one that fits', () => {
    expect(truncateText('abc', 2)).toBe('ab');
    expect(truncateText('abc', 3)).toBe('abc');
    expect(truncateText('abc', 0)).toBe('');
  });

  it.each([
    ['a surrogate pair', 'a😀b', 2],
    ['a letter and its marks', 'ae\u0301\u0323b', 3],
    ['a family', 'a👨‍👩‍👧‍👦b', 6],
    ['a flag', 'a🇩🇪b', 3],
    ['a flag after other flags', `a${'🇩🇪'.repeat(20)}b`, 83],
    ['CR and LF', 'a\r\nb', 2],
    ['a syllable', 'a\u1100\u1161\u11a8b', 3],
  ])('does not split %s', (_, text, length) => {
    const kept = truncateText(text, length);
    expect(clusters(text).join('|').startsWith(clusters(kept).join('|'))).toBe(true);
    expect(kept.length).toBeLessThan(length);
    expect(kept.length).toBeGreaterThan(0);
  });

  it('truncates between two clusters at any length', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 400 });
    fc.assert(
      fc.property(texts, fc.nat(800), (text, length) => {
        const kept = truncateText(text, length);
        const all = clusters(text);
        const before = all.slice(0, clusters(kept).length);
        expect(before.join('')).toBe(kept);
        expect(kept.length).toBeLessThanOrEqual(length);
        expect((kept + (all[before.length] ?? '')).length > length || kept === text).toBe(true);
      }),
    );
  });

  it('splits a cluster that is too long to read as one character', () => {
    const marks = `a${'\u0301'.repeat(1000)}`;
    expect(truncateText(marks, 500)).toBe(marks.slice(0, 500));
    expect(truncateText('😀', 1)).toBe('');
  });
});
