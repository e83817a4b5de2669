import { describe, expect, it } from '@jest/globals';
import { cutNotices } from './cut-notices.js';
import { NO_CUTS, type Cut } from './cut.js';

const items = (path: Cut['path'], limit: Cut['limit'] = 'size'): Cut => ({
  path,
  unit: 'items',
  shown: 2,
  total: 9,
  limit,
});
const characters: Cut = { path: ['a'], unit: 'characters', shown: 300, total: 900, limit: 'size' };
const hint = () => 'get the next items with `page`';

describe('cutNotices', () => {
  it('says nothing, and asks for no hint, if nothing is cut', () => {
    const fail = () => {
      throw new Error('not needed');
    };
    expect(cutNotices(NO_CUTS, fail)).toEqual([]);
    expect(cutNotices({ described: [characters], more: 0 }, fail)).toHaveLength(1);
  });

  it('hints at the arguments once, at the first list', () => {
    const described = [characters, items(['b', 0, 'c/d']), items([], 'policy')];
    expect(cutNotices({ described, more: 3 }, hint)).toEqual([
      { pointer: '/response/body/a', message: 'shows the first 300 of 900 characters' },
      {
        pointer: '/response/body/b/0/c~1d',
        message: 'shows the first 2 of 9 items; get the next items with `page`',
      },
      { pointer: '/response/body', message: "shows the first 2 of 9 items, the maximum of the operation's policy" },
      { pointer: '/response/body', message: '3 more parts of the response are shortened' },
    ]);
  });

  it('says that a response was not read to its end', () => {
    expect(cutNotices({ described: [items(['b'])], more: 0, readCharacters: 5000 }, hint)).toEqual([
      { pointer: '/response/body', message: 'the response is too large: only its first 5000 characters were read' },
      {
        pointer: '/response/body/b',
        message: 'shows the first 2 of at least 9 items; get the next items with `page`',
      },
    ]);
  });

  it('has a short pointer if a name is very long', () => {
    const [notice] = cutNotices({ described: [items(['x'.repeat(1000)])], more: 0 }, () => undefined);
    expect(notice?.pointer).toBe('/response/body');
  });
});
