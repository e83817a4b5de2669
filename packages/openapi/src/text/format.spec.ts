import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { InvalidDocumentError } from '../document/errors.js';
import { formatDocument } from './format.js';

const format = (text: string) => formatDocument(text).text;

describe('formatDocument for YAML', () => {
  it.each([
    [
      'with two spaces for each level and its lists inside of their keys',
      'a:\n    b:\n    - c: 1\n      d:\n      -   e\n      - f:\n              g: 2\nh: 3',
      'a:\n  b:\n    - c: 1\n      d:\n        - e\n        - f:\n            g: 2\nh: 3\n',
    ],
    [
      'with its comments where they belong',
      '# top\na:\n    # of b\n    b: 1 # beside\n    # behind b\n# of c\nc:\n- x\n# of y\n- y\n   # end\n\n# last\n',
      '# top\na:\n  # of b\n  b: 1 # beside\n  # behind b\n# of c\nc:\n  - x\n  # of y\n  - y\n  # end\n\n# last\n',
    ],
    [
      'and what is in it over several lines moves along',
      'a:\n        b: |2\n             more\n           text  \n\n        c: >-\n           folded\n\n             x\n        d: "q\n          r  \\\n\n          s"\n        e: {f: [1,\n           2], # two\n           g: 3\n         }\n        h: plain\n         text\n        i:\n          "own line"\n',
      'a:\n  b: |2\n       more\n     text  \n\n  c: >-\n    folded\n\n      x\n  d: "q\n    r  \\\n\n    s"\n  e: {f: [1,\n     2], # two\n     g: 3\n   }\n  h: plain\n   text\n  i:\n    "own line"\n',
    ],
    [
      'with lists in lists, anchors, tags and keys that are marked',
      '- -   a\n  -   - b\n-\n     &x\n     c: &y !!str d\n     ?   e\n     :   - *y\n-   # nothing\n',
      '- - a\n  - - b\n-\n  &x\n  c: &y !!str d\n  ? e\n  : - *y\n- # nothing\n',
    ],
    ['with its line breaks, and one at its end', 'a:\r\n    b: 1  \r\n\r\n\r\n', 'a:\r\n  b: 1\r\n'],
    ['behind its marker', '%YAML 1.2\n---\n    a:\n        b: 1\n', '%YAML 1.2\n---\na:\n  b: 1\n'],
    ['but for a collection in flow style, which stays', '{a: 1,\n      b: 2}\n', '{a: 1,\n      b: 2}\n'],
    ['and what a scalar ends with stays', 'a:\n    b: |+\n        x\n\n\n', 'a:\n  b: |+\n    x\n\n\n'],
  ])('formats YAML: %s', (_, text, expected) => {
    expect(format(text)).toBe(expected);
  });

  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', '#', ':', '-', '"', "'", '{', '\t', 'é', '|', '*') }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '#', '?'), minLength: 1 }), tie('value'), {
        maxKeys: 4,
      }),
    ),
  })).value;

  it('keeps the meaning and every character except whitespace, and is idempotent', () => {
    const looks = fc.record({
      indent: fc.integer({ min: 1, max: 7 }),
      seqNoIndent: fc.boolean(),
      seqInlineFirst: fc.boolean(),
      flowLevel: fc.constantFrom(-1, -1, 2, 4),
      lineWidth: fc.constantFrom(-1, 20),
      quoteStyle: fc.constantFrom('single' as const, 'double' as const),
    });
    fc.assert(
      fc.property(value, looks, (json, options) => {
        const text = dump({ root: json }, options);
        const result = format(text);
        expect(load(result)).toEqual(load(text));
        expect(result.replaceAll(/\s+/g, ' ').trim()).toBe(text.replaceAll(/\s+/g, ' ').trim());
        expect(format(result)).toBe(result);
        const { indent, flowLevel, seqInlineFirst, lineWidth } = options;
        if (indent === 1 || flowLevel !== -1 || !seqInlineFirst || lineWidth !== -1 || /[|>]\d/.test(text)) return;
        expect(result).toBe(dump({ root: json }, { ...options, indent: 2, seqNoIndent: false }));
      }),
    );
  });
});

describe('formatDocument for JSON', () => {
  it('keeps the spelling of numbers and keys', () => {
    expect(format('\uFEFF{"a":[12345678901234567890,{}],"9":"a: b","1":[],"1":"\\u0041"}')).toBe(
      '{\n  "a": [\n    12345678901234567890,\n    {}\n  ],\n  "9": "a: b",\n  "1": [],\n  "1": "\\u0041"\n}\n',
    );
  });

  it('formats JSON like JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(format(JSON.stringify(json))).toBe(`${JSON.stringify(json, null, 2)}\n`);
      }),
    );
  });
});

describe('formatDocument between formats', () => {
  it('converts without changing the data', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const json = { content };
        const { text, format: language } = formatDocument(JSON.stringify(json), 'yaml');
        expect([language, JSON.parse(formatDocument(text, 'json').text)]).toEqual([
          'yaml',
          JSON.parse(JSON.stringify(json)),
        ]);
      }),
    );
  });

  it('expands anchors and merges', () => {
    expect(formatDocument('a: &x {b: 1}\nc: {<<: *x, d: *x}', 'json').text).toBe(
      `${JSON.stringify({ a: { b: 1 }, c: { b: 1, d: { b: 1 } } }, null, 2)}\n`,
    );
  });
});

it.each(['{"a": ', 'a: [', 'a: 1\na: 2', '--- 1\n--- 2\n', '<html></html>'])('formatDocument rejects %j', (text) => {
  expect(() => format(text)).toThrow(InvalidDocumentError);
});
