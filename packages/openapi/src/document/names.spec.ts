import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { portableNames, isPortableName } from './names.js';

const named = (...names: string[]) => [...portableNames(names).values()];

describe('a name that models take', () => {
  it('is kept', () => {
    expect(named('listNotes', 'a-b_c', 'x'.repeat(64))).toEqual(['listNotes', 'a-b_c', 'x'.repeat(64)]);
  });

  it('is kept though another one would become the same', () => {
    expect(named('notes_list', 'notes/list')).toEqual([
      'notes_list',
      expect.stringMatching(/^notes_list_[0-9a-f]{8}$/),
    ]);
  });

  it('is another one where it is reserved', () => {
    expect(portableNames(['body'], ['body']).get('body')).toMatch(/^body_[0-9a-f]{8}$/);
  });
});

describe('a name that models do not take', () => {
  it.each([
    ['notes/list', 'notes_list'],
    ['filter[created.gte]', 'filter_created_gte'],
    ['$top', 'top'],
    ['größe', 'gr_e'],
    ['日本', 'unnamed'],
    ['', 'unnamed'],
  ])('is made one: %s', (name, alias) => {
    expect(named(name)).toEqual([alias]);
  });

  it('keeps its beginning where it is too long', () => {
    expect(named('x'.repeat(65))).toEqual([expect.stringMatching(/^x{55}_[0-9a-f]{8}$/)]);
  });

  it('is told from others that would be the same', () => {
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

describe('names of any kind', () => {
  it('have one of their own each, that models take', () => {
    fc.assert(
      fc.property(names, (all) => {
        const given = named(...all);
        expect(new Set(given).size).toBe(all.length);
        expect(given.filter((each) => !isPortableName(each))).toEqual([]);
      }),
    );
  });

  it('have the same one in any order', () => {
    fc.assert(
      fc.property(names, (all) => {
        expect(portableNames(all.toReversed())).toEqual(portableNames(all));
      }),
    );
  });
});
