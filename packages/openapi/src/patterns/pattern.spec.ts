import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidDocumentError } from '../document/errors.js';
import { hasMatch } from './linear-engine.js';
import { compilePattern } from './pattern.js';
import { parsePattern } from './syntax.js';
import { moveSurrogates, translatePattern } from './translate.js';
import { isPattern, patternMode } from './validity.js';
import { cpuTime } from '../testing/cpu-time.js';

const { raw } = String;

/** Tests a text with the translation of a pattern to RE2, `undefined` if there is none. */
function testTranslated(source: string, isUnicode: boolean, text: string): boolean | undefined {
  const syntax = parsePattern(source, isUnicode);
  const translation = syntax && translatePattern(syntax);
  return translation && hasMatch(translation.source, isUnicode ? text : moveSurrogates(text));
}

/** Characters for which the engines may differ: of classes, of line ends, and beyond the Basic Multilingual Plane. */
const CHARACTERS = [
  ...'ab1_- .\n\r\u2028\u00a0\ufeff\u000b\u0130\u017fKk\u{1f600}\u{1f601}é',
  '\ud83d',
  '\ude00',
  '\0',
  '\u0085',
];

const ATOMS =
  String.raw`a b 1 - _ . \s \S \w \W \d \D \b \B ^ $ [ab] [^a] [^] [\s1] [^\w] [\D] [a-z] [\b] [\0-\x7f] [.$^] \n \x61
  \u0061 \cJ \. \0 é [\u2028] [^\n] [à-ü]`.split(/\s+/);
const UNICODE_ATOMS = String.raw`\u{1F600} [\u{1F600}-\u{1F601}] [^\u{1F600}] [\ud7ff-\ue000] ${'\u{1f600}'}`.split(
  ' ',
);
const LENIENT_ATOMS = String.raw`[\w-.] \- \c \07 \8 { \a [\ud83d] \ude00 ${'\u{1f600}'} a{,2} ]`.split(' ');

const atoms = (isUnicode: boolean) => fc.constantFrom('', ...ATOMS, ...(isUnicode ? UNICODE_ATOMS : LENIENT_ATOMS));

function patterns(isUnicode: boolean): fc.Arbitrary<string> {
  const { pattern } = fc.letrec<{ pattern: string; part: string; group: string; repeated: string }>((tie) => ({
    pattern: fc
      .array(fc.array(tie('part'), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((all) => all.map((each) => each.join('')).join('|')),
    part: fc.oneof({ maxDepth: 3 }, atoms(isUnicode), tie('repeated'), tie('group')),
    group: fc.tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern')).map(([open, inner]) => `${open}${inner})`),
    repeated: fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0}', '{2,}', '*?', '+?', '{0,1}?'))
      .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
  }));
  return pattern;
}

const texts = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 6 }).map((characters) => characters.join(''));

describe('translatePattern', () => {
  it.each([true, false])('keeps the meaning of patterns of ECMAScript, in Unicode mode: %s', (isUnicode) => {
    let count = 0;
    fc.assert(
      fc.property(patterns(isUnicode), fc.array(texts, { minLength: 1, maxLength: 4 }), (source, samples) => {
        let expression: RegExp;
        try {
          expression = new RegExp(source, isUnicode ? 'u' : '');
        } catch {
          return;
        }
        for (const text of samples) {
          const translated = testTranslated(source, isUnicode, text);
          if (translated === undefined) continue;
          count += 1;
          expect([source, text, translated]).toEqual([source, text, expression.test(text)]);
        }
      }),
      { numRuns: 2000 },
    );
    expect(count).toBeGreaterThan(1000);
  });

  it.each(CHARACTERS)('keeps the meaning of all classes for the character %j', (character) => {
    for (const source of [
      '.',
      raw`\s`,
      raw`\S`,
      raw`\w`,
      raw`\W`,
      raw`\d`,
      raw`\D`,
      '[^]',
      raw`[^\s]`,
      raw`^.$`,
      raw`^[^a]$`,
      raw`a\b`,
      raw`\B`,
    ]) {
      for (const isUnicode of [true, false]) {
        const expected = new RegExp(source, isUnicode ? 'u' : '').test(character);
        expect([source, isUnicode, testTranslated(source, isUnicode, character)]).toEqual([
          source,
          isUnicode,
          expected,
        ]);
      }
    }
  });

  it.each([
    '(?=a)b',
    '(?<!a)b',
    raw`(a)\1`,
    raw`\p{L}`,
    'a{1001}',
    '(?:a{100}){11}',
    '(((a{100}){100}){10})',
    '(?:a{30}b){30}{0}',
    raw`\u{d83d}`,
    '[]',
    'a'.repeat(2001),
  ])('does not translate %.40s', (source) => {
    expect(testTranslated(source, true, 'a')).toBeUndefined();
  });
});

describe('compilePattern', () => {
  it.each([
    '^(a+)+$',
    '(a|a)*b$',
    '^(?:a|aa)+$',
    '^(?:a|b|ab)*c$',
    '^(.*a){30}$',
    '[a-z]+$',
    raw`^(\w+\s?)*$`,
    '^a*a*a*a*a*b$',
  ])('tests long texts with %s in linear time', (source) => {
    const pattern = compilePattern(source);
    const bound = pattern.cost;
    const text = `${'a'.repeat(5000)}!`;
    const limit = ((bound?.setup ?? 0) + (bound?.perCharacter ?? 0) * text.length) / 1e6 + 2;
    expect(cpuTime(() => () => pattern.test(text), limit)).toBeLessThan(limit);
    expect(pattern.test(text)).toBe(false);
  });

  it.each([
    raw`^(a+)\1$`,
    '(?<=a+)b',
    raw`^(\p{L}+)+$`,
    '^(?:a|a){5000}$',
    `^${'(?:'.repeat(300)}a${')*'.repeat(300)}$`,
  ])('knows no bound for %.30s', (source) => {
    expect(compilePattern(source).cost).toBeUndefined();
  });

  it('blames the document for a pattern that is too large for V8', () => {
    const pattern = compilePattern('a'.repeat(300_000));
    expect(() => pattern.test('a')).toThrow(InvalidDocumentError);
  });

  it('supports patterns that are invalid in Unicode mode', () => {
    expect(compilePattern(raw`^[\w-.]+$`).test('a-.')).toBe(true);
    expect(compilePattern(raw`^([\w-.]+)+$`).test('a-.\u{1f600}')).toBe(false);
    expect(compilePattern(raw`^(?:.\-?){2}$`).test('\u{1f600}')).toBe(true);
    expect(() => compilePattern('(')).toThrow(SyntaxError);
  });

  it.each([
    ['nested groups', '('.repeat(20_000)],
    ['balanced nested groups', '('.repeat(10_000) + ')'.repeat(10_000)],
    ['nested repetitions', '(((((a{100}){100}){100}){100}){100})'],
    ['nested repetitions within the limits of RE2', '(?:(?:(?:a|b|ab){10}){10}){10}c'],
    [
      'a large class',
      `^(?:[${Array.from({ length: 480 }, (_, index) => raw`\u{${(index * 3).toString(16)}}`).join('')}]|a)*$`,
    ],
    ['many alternatives', `^(?:${Array.from({ length: 350 }, (_, index) => `a${index}`).join('|')})*a$`],
    ['a long text', 'a*'.repeat(1000)],
    ['many optional parts', '(?:a?){900}b'],
    ['deep alternatives', '(?:a|'.repeat(190) + 'b' + ')*'.repeat(190)],
  ])('compiles %s in bounded time', (_, source) => {
    const work = () => {
      try {
        const pattern = compilePattern(source);
        if (pattern.cost !== undefined) pattern.test('a');
      } catch {
        // A pattern may be refused.
      }
    };
    expect(cpuTime(() => work, 100)).toBeLessThan(100);
  });
});

describe('isPattern', () => {
  it('agrees with V8', () => {
    const parts = fc.constantFrom(
      raw`\p{L}`,
      raw`\P{Lu}`,
      raw`\p{X}`,
      raw`\p`,
      '{L}',
      '\\',
      '[',
      ']',
      '-',
      'z',
      '(',
      ')',
      '\u{1f600}',
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 6 }).map((all) => all.join('')),
        (source) => {
          const isValid = (flags: string) => {
            try {
              return new RegExp(source, flags) instanceof RegExp;
            } catch {
              return false;
            }
          };
          expect([source, patternMode(source)]).toEqual([source, isValid('u') ? 'u' : isValid('') ? '' : undefined]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('takes bounded time for thousands of Unicode properties', () => {
    expect(cpuTime(() => () => isPattern(raw`\p{L}`.repeat(4800)), 100)).toBeLessThan(100);
  });

  it.each([
    ['a', true],
    [raw`[\w-.]`, true],
    ['(', false],
    ['(?<=a)b', true],
    [raw`\p{L}\P{Script=Greek}[\p{Lu}]`, true],
    [raw`\p{Nothing}{2}{`, true],
    [raw`\u{1}\p{Nothing}(?<a>)\k<b>`, false],
    [raw`[\p{L}-z]\-(`, false],
    [raw`\\p{L}`, true],
    ['\\', false],
  ])('returns for %s: %s', (source, expected) => {
    expect(isPattern(source)).toBe(expected);
  });
});
