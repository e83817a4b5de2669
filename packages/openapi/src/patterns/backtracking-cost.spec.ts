import { type AST } from '@eslint-community/regexpp';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { backtrackingSteps } from './backtracking-cost.js';
import { parsePattern } from './syntax.js';
import { cpuTime } from '../testing/cpu-time.js';

function steps(source: string, isUnicode = true) {
  const syntax = parsePattern(source, isUnicode);
  return syntax && backtrackingSteps(syntax).steps;
}

/** Counts the steps of a backtracking match, as ECMA-262, section 22.2.2 defines it, for patterns of letters. */
class CountingEngine {
  steps = 0;

  constructor(private readonly text: string) {}

  test(alternatives: readonly AST.Alternative[]): boolean {
    const { length } = this.text;
    return Array.from({ length: length + 1 }, (_, start) => start).some((start) =>
      this.#any(alternatives, start, () => true),
    );
  }

  #any(alternatives: readonly AST.Alternative[], at: number, next: (at: number) => boolean): boolean {
    return alternatives.some(({ elements }) => this.#all(elements, 0, at, next));
  }

  #all(elements: readonly AST.Element[], index: number, at: number, next: (at: number) => boolean): boolean {
    const element = elements[index];
    return element === undefined
      ? next(at)
      : this.#one(element, at, (end) => this.#all(elements, index + 1, end, next));
  }

  #one(node: AST.Element, at: number, next: (at: number) => boolean): boolean {
    this.steps += 1;
    if (this.steps > 1_000_000) return true;
    switch (node.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
        return at < this.text.length && new RegExp(node.raw, 'u').test(this.text.charAt(at)) && next(at + 1);
      case 'Group':
        return this.#any(node.alternatives, at, next);
      case 'Quantifier':
        return this.#repeat(node, 0, at, next);
      case 'Assertion':
        if (node.kind === 'start') return at === 0 && next(at);
        if (node.kind === 'end') return at === this.text.length && next(at);
        return node.kind === 'lookahead' && this.#any(node.alternatives, at, () => true) !== node.negate && next(at);
      default:
        throw new Error(`unexpected ${node.raw}`);
    }
  }

  #repeat(node: AST.Quantifier, count: number, at: number, next: (at: number) => boolean): boolean {
    const again = () =>
      count < node.max &&
      this.#one(node.element, at, (end) => (end > at || count < node.min) && this.#repeat(node, count + 1, end, next));
    const leave = () => count >= node.min && next(at);
    return node.greedy ? again() || leave() : leave() || again();
  }
}

const patterns = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((alternatives) => alternatives.join('|')),
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'c',
      '[ab]',
      '.',
      '^',
      '$',
      'a*',
      '[^a]+',
      'b?',
      'b{2}',
      'a{1,3}?',
      '.*',
      'a{0,50}',
      '(?=a*b)',
    ),
    fc
      .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,30}', '*?', '{3,}'))
      .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
  ),
})).pattern;

const texts = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'ab', 'aab', 'ba'), fc.integer({ min: 1, max: 30 })), { maxLength: 4 })
  .map((runs) => runs.map(([text, count]) => text.repeat(count)).join(''));

describe('backtrackingSteps', () => {
  it.each([
    '^[a-z]+$',
    '^.*foo$',
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    '^(?:asc|desc)$',
    '^[A-Za-z][A-Za-z0-9_]*$',
    String.raw`^[^@\s]+@[^@\s]+$`,
    '^([a-z]+-)*[0-9]$',
    String.raw`^[a-z]+(?:\.[a-z]+)*$`,
    String.raw`^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$`,
    String.raw`^(?=.*\d)(?=.*[a-z]).{8,64}$`,
    String.raw`^\p{L}+$`,
    String.raw`^https?:\/\/.+`,
    '[a-z]{2}',
    String.raw`\d+`,
    'foo|bar',
    '^.{1,5000}$',
    '^(?:a?b|c)*$',
    '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
    '',
  ])('finds a linear bound for %s', (source) => {
    expect(steps(source)).toBeDefined();
  });

  it.each([
    '^(a+)+$',
    '(a|a)*$',
    '^(?:a|aa)+$',
    `^${'(a|a)'.repeat(40)}$`,
    '^a*a*b$',
    '^(.*a){30}$',
    String.raw`^(\w+\s?)*$`,
    '[a-z]+$',
    '.*foo',
    '^(a*)*$',
    '^(?:a|b|ab)*c$',
    '^(?:(?=.*b)a)*$',
    '(?=[a-z]*)x',
    String.raw`^(a+)\1$`,
    '^(?<=a*)b',
    '^[a-c]*[c-e]*f',
    String.raw`^\p{L}*\p{N}*$`,
    '^(?:a+x|a+y)*$',
    '^(?:x|a*$|a)*b',
  ])('finds no linear bound for %s', (source) => {
    expect(steps(source)).toBeUndefined();
  });

  it('is never less than the steps of a backtracking engine', () => {
    let bounded = 0;
    fc.assert(
      fc.property(fc.constantFrom('^', ''), patterns, texts, (start, pattern, text) => {
        const syntax = parsePattern(`${start}(?:${pattern})`, true);
        const bound = syntax && backtrackingSteps(syntax).steps;
        if (syntax === undefined || bound === undefined) return;
        bounded += 1;
        const engine = new CountingEngine(text);
        engine.test(syntax.alternatives);
        // Groups and the beginning of a match are not counted by the bound.
        expect(engine.steps).toBeLessThanOrEqual(4 * (bound.constant + bound.linear * (text.length + 1)) + 20);
      }),
      { numRuns: 5000 },
    );
    expect(bounded).toBeGreaterThan(500);
  });

  it('analyzes nested repetitions in bounded time', () => {
    let source = 'a';
    for (let level = 0; level < 60; level += 1) source = `(?:${source}|b){1,9}`;
    expect(steps(`^${source}$`)).toBeUndefined();
    expect(cpuTime(() => () => steps(`^${source}$`), 200)).toBeLessThan(200);
  });
});
