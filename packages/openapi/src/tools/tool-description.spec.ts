import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { toolDescription, toolTitle } from './tool-description.js';

const operation = (summary: string | null, description: string | null) => ({
  method: 'GET',
  path: '/notes/{id}',
  summary,
  description,
});

const describe_ = (summary: string | null, description: string | null, most?: number) =>
  toolDescription(operation(summary, description), most);

describe('tool descriptions', () => {
  it.each<[string, string | null, string | null, string]>([
    ['the summary and the description', 'Get a note', 'By its id.', 'Get a note\n\nBy its id.'],
    ['the summary alone', 'Get a note', null, 'Get a note'],
    ['the description alone', '', 'By its id.', 'By its id.'],
    ['method and path for want of both', null, ' \n ', 'GET /notes/{id}'],
    ['once what both say', 'Get a note.', 'get a  note', 'get a note'],
    ['the description that begins with the summary', 'Get a note.', 'Get a note by its id', 'Get a note by its id'],
    ['the summary that begins with the description', 'Get a note by its id', 'Get a note', 'Get a note by its id'],
  ])('consist of %s', (_, summary, description, expected) => {
    expect(describe_(summary, description)).toBe(expected);
  });

  it.each([
    ['keep Markdown and HTML', '# A\n\n- b\n  - c\n\n<b>d</b>', '# A\n\n- b\n  - c\n\n<b>d</b>'],
    ['drop blank lines and spaces that mean nothing', '  a  b   c \n\n\n\nd\t\n', 'a b c\n\nd'],
    ['know every line end', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
    ['drop control characters', 'a\u0000b\u001b[1mc\u007f', 'ab[1mc'],
    ['replace halves of characters', 'a\ud83d', 'a\ufffd'],
  ])('are normalized: %s', (_, description, expected) => {
    expect(describe_(null, description)).toBe(expected);
  });

  it('are truncated after a sentence, else after a word, else after a character', () => {
    expect(describe_(null, 'First one. Second one is longer.', 20)).toBe('First one. …');
    expect(describe_(null, 'No sentence ends here at all, it goes on', 20)).toBe('No sentence ends…');
    expect(describe_(null, '👩‍👩‍👧'.repeat(5), 20)).toBe(`${'👩‍👩‍👧'.repeat(2)}…`);
    expect(describe_(null, '文章。'.repeat(10), 20)).toBe(`${'文章。'.repeat(6)} …`);
  });

  it('use the allowed length', () => {
    expect(describe_(null, 'a'.repeat(20), 20)).toBe('a'.repeat(20));
    expect(describe_(null, 'a'.repeat(21), 20)).toBe(`${'a'.repeat(18)}…`);
    expect(describe_(null, `a${'\u0301'.repeat(50)}`, 20)).toBe('…');
  });

  it('are never longer than allowed, empty, or broken', () => {
    const text = fc.oneof(
      fc.lorem({ mode: 'sentences', maxCount: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.option(text), fc.option(text), fc.integer({ min: 20, max: 200 }), (summary, description, most) => {
        const made = describe_(summary, description, most);
        expect(made.length).toBeLessThanOrEqual(most);
        expect(made).toMatch(/\S/);
        expect(made.isWellFormed()).toBe(true);
        expect(made).not.toMatch(/[^\P{Cc}\n]/u);
      }),
    );
  });

  it('take linear time for long repetitive texts', () => {
    const text = `${'a  '.repeat(300_000)}${'\n'.repeat(300_000)}b`;
    expect(describe_(' '.repeat(1_000_000), text, 1024)).toBe(`${'a '.repeat(510)}a…`);
  });
});

describe('tool titles', () => {
  it('are one line made from the summary, or from method and path', () => {
    expect(toolTitle(operation('Get\n a note ', 'x'))).toBe('Get a note');
    expect(toolTitle(operation(null, 'x'))).toBe('GET /notes/{id}');
    expect(toolTitle(operation('word '.repeat(100), null))).toHaveLength(95);
  });
});
