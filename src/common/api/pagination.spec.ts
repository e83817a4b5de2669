import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { InvalidRequestError } from '../errors/countersign-error.js';
import { toPage, PageQuery, parseCursor } from './pagination.js';

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `g-${at}x`, createdAt: new Date(1_900_000_000_000 + at) }));
const idOf = ({ id }: { id: string }) => id;

describe('a page', () => {
  it('is the last one if there are no more rows', () => {
    expect(toPage(rows(3), 3, idOf)).toEqual({ data: ['g-0x', 'g-1x', 'g-2x'], next_cursor: null });
    expect(toPage([], 3, idOf)).toEqual({ data: [], next_cursor: null });
  });

  it('ends with a cursor to its last row if there are more rows', () => {
    const { data, next_cursor } = toPage(rows(4), 3, idOf);
    expect(data).toEqual(['g-0x', 'g-1x', 'g-2x']);
    expect(parseCursor(next_cursor ?? '')).toEqual({ id: 'g-2x', createdAt: new Date(1_900_000_000_002) });
  });

  it('leads with its cursor to all rows, each once', () => {
    const all = rows(10);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const start = cursor ? all.findIndex(({ id }) => id === parseCursor(cursor as string).id) + 1 : 0;
      const page = toPage(all.slice(start, start + 4), 3, idOf);
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
  ])('is rejected if it is invalid: %j', (text) => {
    expect(() => parseCursor(text)).toThrow(InvalidRequestError);
  });
});

describe('the query of a list', () => {
  const invalidFields = (query: object) =>
    validateSync(plainToInstance(PageQuery, query)).map(({ property }) => property);

  it.each([{}, { limit: '1' }, { limit: '200' }, { limit: '50', cursor: 'abc' }])('is valid: %j', (query) => {
    expect(invalidFields(query)).toEqual([]);
  });

  it('has a limit of 50 by default', () => {
    expect(plainToInstance(PageQuery, {}).limit).toBe(50);
  });

  it.each(['0', '201', '-1', '1.5', 'all', ''])('rejects the limit %j', (limit) => {
    expect(invalidFields({ limit })).toEqual(['limit']);
  });

  it('rejects a cursor beyond the maximum length', () => {
    expect(invalidFields({ cursor: 'x'.repeat(201) })).toEqual(['cursor']);
  });
});
