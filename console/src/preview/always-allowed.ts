import { useQuery, useQueryClient } from '@tanstack/react-query';

const keyOf = (gptId: string) => ['always-allowed', gptId];

/**
 * The operations of a GPT that are called without a question, as long as this tab is open. They are kept with what was read from the
 * server, and so forgotten when the session ends.
 */
export function useAlwaysAllowed(gptId: string) {
  const queries = useQueryClient();
  const queryKey = keyOf(gptId);
  const { data: operations } = useQuery<string[]>({
    queryKey,
    queryFn: () => [],
    initialData: [],
    enabled: false,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const now = () => queries.getQueryData<string[]>(queryKey) ?? [];
  return {
    operations,
    has: (operation: string) => now().includes(operation),
    add: (operation: string) => queries.setQueryData(queryKey, [...new Set([...now(), operation])]),
    forget: (operation: string) =>
      queries.setQueryData(
        queryKey,
        now().filter((each) => each !== operation),
      ),
  };
}
