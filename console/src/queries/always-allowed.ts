import { queryOptions } from '@tanstack/react-query';

/** Operations that the preview calls without a confirmation. They live in the cache only, so they are dropped with the session. */
export function alwaysAllowedQuery(gptId: string) {
  return queryOptions<string[]>({
    queryKey: ['always-allowed', gptId],
    queryFn: () => [],
    initialData: [],
    enabled: false,
    staleTime: Infinity,
    gcTime: Infinity,
  });
}
