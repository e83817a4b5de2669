import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CutLog, type Cuts } from './cut.js';
import { fitJson } from './fit-json.js';

function fit(value: unknown, maxCharacters: number): { fitted: never; cuts: Cuts['described'] } {
  const log = new CutLog();
  return { fitted: fitJson(value, maxCharacters, log) as never, cuts: log.cuts.described };
}

const length = (value: unknown): number => JSON.stringify(value).length;
const list = (items: number) => Array.from({ length: items }, (_, id) => ({ id, text: 'x'.repeat(80) }));

describe('fitJson', () => {
  it('changes nothing that fits', () => {
    const value = { a: [1, 2, { b: 'c' }] };
    expect(fit(value, length(value))).toEqual({ fitted: value, cuts: [] });
  });

  it('cuts a list at an element, and keeps the small members beside it', () => {
    const { fitted, cuts } = fit({ total: 500, items: list(500), next: 'abc' }, 10_000);
    const { items, ...others } = fitted as { items: unknown[] };
    expect(others).toEqual({ total: 500, next: 'abc' });
    expect(items).toEqual(list(500).slice(0, items.length));
    expect(cuts).toEqual([{ path: ['items'], unit: 'items', shown: items.length, total: 500, limit: 'size' }]);
    expect(length(fitted)).toBeGreaterThan(9_800);
  });

  it('gives the large members of an object equal shares', () => {
    const { cuts } = fit({ a: list(100), b: list(1000), c: [1] }, 10_000);
    expect(cuts.map(({ path }) => path)).toEqual([['a'], ['b']]);
    expect(cuts[0]?.shown).toBe(cuts[1]?.shown);
  });

  it('cuts a long text between two characters', () => {
    const { fitted, cuts } = fit({ id: 'x'.repeat(200), text: '👩‍👩‍👧'.repeat(1000) }, 1000);
    const { id, text } = fitted as { id: string; text: string };
    expect([id.length, text.replaceAll('👩‍👩‍👧', '')]).toEqual([200, '']);
    expect(cuts).toEqual([{ path: ['text'], unit: 'characters', shown: text.length, total: 8000, limit: 'size' }]);
  });

  it('counts the escape sequences of a text', () => {
    expect(length(fit({ text: '\n\u0001"'.repeat(10_000) }, 1000).fitted)).toBeLessThanOrEqual(1000);
  });

  it('cuts the only large element of a list, rather than leaving it out', () => {
    const { fitted, cuts } = fit([{ page: 1 }, list(1000)], 10_000);
    expect((fitted as unknown[])[0]).toEqual({ page: 1 });
    expect(cuts).toMatchObject([{ path: [1], unit: 'items', total: 1000 }]);
  });

  it('keeps complete members of an object with very many', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, key) => [`key-${key}`, { value: 'x'.repeat(50) }]),
    );
    const { fitted, cuts } = fit(many, 10_000);
    expect(many).toMatchObject(fitted);
    expect(cuts).toMatchObject([{ path: [], unit: 'members', shown: Object.keys(fitted).length, total: 1000 }]);
    expect(length(fitted)).toBeGreaterThan(9_800);
  });

  it('shortens every value to the limit, and cuts no short text', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.jsonValue(), { minLength: 10 }),
      fc.dictionary(fc.string(), fc.oneof(fc.string({ maxLength: 3000, unit: 'binary' }), fc.jsonValue())),
    );
    const texts = (of: unknown): string[] =>
      typeof of === 'string' ? [of] : typeof of === 'object' && of !== null ? Object.values(of).flatMap(texts) : [];
    fc.assert(
      fc.property(value, fc.integer({ min: 300, max: 1500 }), (of, maxCharacters) => {
        const { fitted } = fit(of, maxCharacters);
        expect(length(fitted)).toBeLessThanOrEqual(maxCharacters);
        const before = new Set(texts(of));
        for (const text of texts(fitted)) expect(before.has(text) || length(text) >= 100).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a member called __proto__', () => {
    const value = JSON.parse(`{"__proto__":{"a":1},"text":"${'x'.repeat(2000)}"}`);
    expect(JSON.stringify(fit(value, 500).fitted)).toMatch(/^\{"__proto__":\{"a":1\},"text":"x+"\}$/);
  });
});
