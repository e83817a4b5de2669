import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ResponseBounds } from '../../../actions/index.js';
import { applyBounds } from './apply-bounds.js';
import { CutLog } from './cut.js';

function bounded(value: unknown, bounds: ResponseBounds): unknown {
  return applyBounds(value, bounds, new CutLog());
}

const NOTES = {
  items: [
    { id: 1, owner: { name: 'a', mail: 'a@x' }, tags: ['x', 'y', 'z'] },
    { id: 2, owner: { name: 'b', mail: 'b@x' }, tags: [] },
  ],
  'a/b~c': 1,
  next: null,
};

describe('keep', () => {
  it.each<[string[], unknown]>([
    [['/next'], { next: null }],
    [['/items/*/owner/name'], { items: [{ owner: { name: 'a' } }, { owner: { name: 'b' } }] }],
    [['/items/1/id', '/items/*/tags/0'], { items: [{ tags: ['x'] }, { id: 2, tags: [] }] }],
    [['/items/*/owner/*'], { items: NOTES.items.map(({ owner }) => ({ owner })) }],
    [['/a~1b~0c'], { 'a/b~c': 1 }],
    [['/items', '/items/*/id'], { items: NOTES.items }],
    [[''], NOTES],
    [['/missing/*'], {}],
    [['/next/deeper'], {}],
  ])('keeps the values at %j', (keep, kept) => {
    expect(bounded(NOTES, { keep })).toEqual(kept);
  });

  it('keeps elements without a value at the pointers, so that they count', () => {
    expect(bounded([{ a: 1 }, { b: 1 }, 5], { keep: ['/*/a'] })).toEqual([{ a: 1 }, {}]);
  });

  it('leaves an empty value if it keeps nothing', () => {
    const nothing = [[1], { b: 1 }, 'text', null].map((value) => bounded(value, { keep: ['/a'] }));
    expect(nothing).toEqual([[], {}, null, null]);
  });
});

describe('drop', () => {
  it('leaves out the values at the pointers', () => {
    const drop = ['/items/*/owner/mail', '/items/0/tags/1', '/missing', '/next'];
    expect(bounded(NOTES, { drop })).toEqual({
      items: [
        { id: 1, owner: { name: 'a' }, tags: ['x', 'z'] },
        { id: 2, owner: { name: 'b' }, tags: [] },
      ],
      'a/b~c': 1,
    });
  });

  it('leaves out what is kept', () => {
    expect(bounded(NOTES, { keep: ['/items'], drop: ['/items/*/owner', '/items/*/tags'] })).toEqual({
      items: [{ id: 1 }, { id: 2 }],
    });
    expect(bounded(NOTES, { drop: [''] })).toBeNull();
  });
});

describe('maxItems', () => {
  it('cuts every array, and records the number of its items', () => {
    const cuts = new CutLog();
    const value = { items: NOTES.items.slice(0, 1), pages: [1, 2, 3] };
    const cut = applyBounds(value, { maxItems: 2 }, cuts);
    expect(cut).toMatchObject({ items: [{ tags: ['x', 'y'] }], pages: [1, 2] });
    const part = { unit: 'items', shown: 2, total: 3, limit: 'policy' };
    expect(cuts.cuts).toEqual({
      described: [
        { path: ['items', 0, 'tags'], ...part },
        { path: ['pages'], ...part },
      ],
      more: 0,
    });
  });

  it('describes ten cuts and counts the others', () => {
    const cuts = new CutLog();
    applyBounds(
      Array.from({ length: 40 }, () => [1, 2]),
      { maxItems: 1 },
      cuts,
    );
    applyBounds(Object.fromEntries(Array.from({ length: 40 }, (_, key) => [`k${key}`, [1, 2]])), { maxItems: 1 }, cuts);
    expect([cuts.cuts.described.length, cuts.cuts.more]).toEqual([10, 32]);
  });
});

describe('bounds', () => {
  const segment = fc.constantFrom('a', 'b', '0', '1', '*', '__proto__');
  const pointers = fc.array(
    fc.array(segment, { maxLength: 3 }).map((segments) => segments.map((each) => `/${each}`).join('')),
    {
      maxLength: 4,
    },
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.array(tie('value'), { maxLength: 4 }), tie('object')),
    object: fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '0', '__proto__'), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  }));

  /** Returns the paths of all scalars, with `*` in place of the indexes, which change. */
  function leaves(of: unknown, path = ''): string[] {
    if (typeof of !== 'object' || of === null) return [path];
    const parts = Array.isArray(of) ? of.map((each) => ['*', each]) : Object.entries(of);
    return parts.flatMap(([key, part]) => leaves(part, `${path}/${key}`));
  }

  it('never change the value', () => {
    fc.assert(
      fc.property(value, pointers, pointers, (of, keep, drop) => {
        const before = JSON.stringify(of);
        bounded(of, { keep, drop, maxItems: 1 });
        expect(JSON.stringify(of)).toBe(before);
      }),
    );
  });

  it('keep and drop every scalar between them', () => {
    fc.assert(
      fc.property(value, pointers, (of, some) => {
        const kept = some.length === 0 ? [] : leaves(bounded({ of }, { keep: some.map((each) => `/of${each}`) }));
        const left = leaves(bounded({ of }, { drop: some.map((each) => `/of${each}`) }));
        expect([...kept, ...left].toSorted()).toEqual(leaves({ of }).toSorted());
      }),
    );
  });

  it('leave no array longer than the maximum', () => {
    const lengths = (of: unknown): number[] =>
      typeof of === 'object' && of !== null
        ? [Array.isArray(of) ? of.length : 0, ...Object.values(of).flatMap(lengths)]
        : [0];
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 3 }), (of, maxItems) => {
        expect(Math.max(...lengths(bounded(of, { maxItems })))).toBeLessThanOrEqual(maxItems);
      }),
    );
  });
});
