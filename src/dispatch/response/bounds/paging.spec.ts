import { describe, expect, it } from '@jest/globals';
import { pagingHint } from './paging.js';

const inQuery = (...names: string[]) => names.map((name) => ({ argument: name, name, location: 'query' as const }));

describe('pagingHint', () => {
  it.each<[string[], string | undefined]>([
    [['limit', 'offset'], 'get the next items with `offset`, or ask for fewer items with `limit`'],
    [['per_page', 'page'], 'get the next items with `page`, or ask for fewer items with `per_page`'],
    [['pageToken', 'maxResults'], 'get the next items with `pageToken`, or ask for fewer items with `maxResults`'],
    [['$top', '$skip'], 'get the next items with `$skip`, or ask for fewer items with `$top`'],
    [['page[size]', 'page[after]'], 'get the next items with `page[after]`, or ask for fewer items with `page[size]`'],
    [['starting_after', 'start'], 'get the next items with `starting_after` or `start`'],
    [['next', 'cursor', 'after'], 'get the next items with `next` or `cursor` or `after`'],
    [['page-size'], 'ask for fewer items with `page-size`'],
    [['q', 'pages', 'limited', 'rate_limit'], undefined],
    [[], undefined],
  ])('recognizes the arguments %j', (names, hint) => {
    expect(pagingHint({ parameters: inQuery(...names), argumentsSchema: {} })).toBe(hint);
  });

  it('names arguments as the tool does, and members of the body', () => {
    const parameters = [{ argument: 'query_limit', name: 'limit', location: 'query' as const }];
    const body = { type: 'object', properties: { start_cursor: { type: 'string' }, filter: {} } };
    expect(pagingHint({ parameters, argumentsSchema: { properties: { body } } })).toBe(
      'get the next items with `body.start_cursor`, or ask for fewer items with `query_limit`',
    );
  });

  it('does not name arguments that the policy sets', () => {
    const body = { type: 'object', properties: { cursor: {}, page_size: {} } };
    const operation = { parameters: inQuery('limit', 'offset'), argumentsSchema: { properties: { body } } };
    expect(pagingHint(operation, ['/limit', '/body/cursor', '/body/page_size'])).toBe(
      'get the next items with `offset`',
    );
  });

  it('ignores parameters that are not in the query', () => {
    const inPath = { argument: 'page', name: 'page', location: 'path' as const };
    expect(pagingHint({ parameters: [inPath], argumentsSchema: {} })).toBeUndefined();
  });
});
