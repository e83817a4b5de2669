import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { portableNames, isPortableName } from './names.js';

const named = (...names: string[]) => [...portableNames(names).values()];

describe('a portable name', () => {
  it('is kept', () => {
    expect(named('listNotes', 'a-b_c', 'x'.repeat(64))).toEqual(['listNotes', 'a-b_c', 'x'.repeat(64)]);
  });

  it('is kept even if another name would become the same', () => {
    expect(named('notes_list', 'notes/list')).toEqual([
      'notes_list',
      expect.stringMatching(/^notes_list_[0-9a-f]{8}$/),
    ]);
  });

  it('is replaced if it is reserved', () => {
    expect(portableNames(['body'], ['body']).get('body')).toMatch(/^body_[0-9a-f]{8}$/);
  });
});

describe('a name that is not portable', () => {
  it.each([
    ['notes/list', 'notes_list'],
    ['filter[created.gte]', 'filter_created_gte'],
    ['$top', 'top'],
    ['größe', 'gr_e'],
    ['日本', 'unnamed'],
    ['', 'unnamed'],
  ])('is made portable: %s', (name, alias) => {
    expect(named(name)).toEqual([alias]);
  });

  it('keeps its beginning if it is too long', () => {
    expect(named('x'.repeat(65))).toEqual([expect.stringMatching(/^x{55}_[0-9a-f]{8}$/)]);
  });

  it('stays distinct from others with the same simplified name', () => {
    const [one, other] = named('a.b', 'a/b');
    expect(one).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(other).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
  });
});

const name = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[a.b/_]{0,3}$/),
  fc.constantFrom('__proto__', 'constructor', 'x'.repeat(70)),
);
const names = fc.uniqueArray(name, { maxLength: 8 });

describe('arbitrary names', () => {
  it('get unique portable names', () => {
    fc.assert(
      fc.property(names, (all) => {
        const given = named(...all);
        expect(new Set(given).size).toBe(all.length);
        expect(given.filter((each) => !isPortableName(each))).toEqual([]);
      }),
    );
  });

  it('get the same portable names in any order', () => {
    fc.assert(
      fc.property(names, (all) => {
        expect(portableNames(all.toReversed())).toEqual(portableNames(all));
      }),
    );
  });
});
