import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { InvalidRequestError } from '../errors/errors.js';
import { pageOf, PageQuery, positionOf } from './pagination.js';

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `g-${at}x`, createdAt: new Date(1_900_000_000_000 + at) }));
const idOf = ({ id }: { id: string }) => id;

describe('a page', () => {
  it('is the last one where there are no more rows than it shows', () => {
    expect(pageOf(rows(3), 3, idOf)).toEqual({ data: ['g-0x', 'g-1x', 'g-2x'], next_cursor: null });
    expect(pageOf([], 3, idOf)).toEqual({ data: [], next_cursor: null });
  });

  it('ends with a cursor to the last row that it shows, where there is one more', () => {
    const { data, next_cursor } = pageOf(rows(4), 3, idOf);
    expect(data).toEqual(['g-0x', 'g-1x', 'g-2x']);
    expect(positionOf(next_cursor ?? '')).toEqual({ id: 'g-2x', createdAt: new Date(1_900_000_000_002) });
  });

  it('leads through all rows, each once', () => {
    const all = rows(10);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const start = cursor ? all.findIndex(({ id }) => id === positionOf(cursor as string).id) + 1 : 0;
      const page = pageOf(all.slice(start, start + 4), 3, idOf);
      seen.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all.map(idOf));
  });
});

describe('a cursor', () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url');

  it.each([
    '',
    'x',
    'g-1',
    cursor('1900000000000'),
    cursor('1900000000000 '),
    cursor(' g-1'),
    cursor('-1 g-1'),
    cursor('1e9 g-1'),
    cursor('9999999999999999 g-1'),
    cursor("1900000000000 g-1' OR '1'='1"),
    cursor('1900000000000 g-1\n'),
    cursor('1900000000000 g-%'),
    cursor('1900000000000 G-1'),
  ])('that is not one of ours is refused: %j', (text) => {
    expect(() => positionOf(text)).toThrow(InvalidRequestError);
  });
});

describe('the query of a list', () => {
  const mistakes = (query: object) => validateSync(plainToInstance(PageQuery, query)).map(({ property }) => property);

  it.each([{}, { limit: '1' }, { limit: '200' }, { limit: '50', cursor: 'abc' }])('may be %j', (query) => {
    expect(mistakes(query)).toEqual([]);
  });

  it('shows 50 rows where nobody says otherwise', () => {
    expect(plainToInstance(PageQuery, {}).limit).toBe(50);
  });

  it.each(['0', '201', '-1', '1.5', 'all', ''])('may not ask for %j rows', (limit) => {
    expect(mistakes({ limit })).toEqual(['limit']);
  });

  it('has a cursor of bounded length', () => {
    expect(mistakes({ cursor: 'x'.repeat(201) })).toEqual(['cursor']);
  });
});
