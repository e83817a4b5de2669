import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure } from './failure';

interface QueryViewProps<T> {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  /** The height of the placeholder while the query loads. */
  height: number;
  children: (data: T) => ReactNode;
}

/** Shows a query's result, its error with a way to try again, or a placeholder while it loads. */
export function QueryView<T>({ query, height, children }: QueryViewProps<T>) {
  const { data, error, isPending, refetch } = query;
  return (
    <>
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {isPending && <Skeleton h={height} aria-label="Loading" />}
      {data !== undefined && children(data)}
    </>
  );
}
