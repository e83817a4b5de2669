import type { Page } from '../api/types';

const MAX_ITEMS = 2000;

/** The page size for lists that are read whole. */
export const MAX_PAGE_SIZE = 200;

/** Reads a short list whole, page by page, up to 2,000 items. */
export async function readAll<T>(readPage: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null && items.length < MAX_ITEMS;) {
    const page: Page<T> = await readPage(cursor);
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}

/** The options that every `infiniteQueryOptions` of a paginated list shares. */
export const byCursor = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }: Page<unknown>) => next_cursor,
};

/** Joins the pages of an infinite query; for `select`. */
export function itemsOf<T>({ pages }: { pages: Page<T>[] }): T[] {
  return pages.flatMap(({ data }) => data);
}
