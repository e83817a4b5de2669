import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { api, type Page } from './api';

/** A long list, a page after another, as many as were asked for. @param path without `cursor` */
export function usePages<T>(queryKey: QueryKey, path: string, options: { enabled?: boolean } = {}) {
  const { data, ...rest } = useInfiniteQuery({
    ...options,
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam && `${path.includes('?') ? '&' : '?'}${new URLSearchParams({ cursor: pageParam })}`;
      return api.get<Page<T>>(`${path}${cursor}`, signal);
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  return { ...rest, items: data?.pages.flatMap((page) => page.data) };
}
