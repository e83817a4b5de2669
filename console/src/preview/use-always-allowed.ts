import { useQuery, useQueryClient } from '@tanstack/react-query';
import { alwaysAllowedQuery } from '../queries/always-allowed';

/** The operations of a GPT that are called without a confirmation while this tab is open. */
export function useAlwaysAllowed(gptId: string) {
  const queries = useQueryClient();
  const query = alwaysAllowedQuery(gptId);
  const { data: operations } = useQuery(query);
  const current = () => queries.getQueryData<string[]>(query.queryKey) ?? [];
  const set = (next: string[]) => queries.setQueryData(query.queryKey, next);
  return {
    operations,
    has: (operation: string) => current().includes(operation),
    add: (operation: string) => set([...new Set([...current(), operation])]),
    remove: (operation: string) => set(current().filter((each) => each !== operation)),
  };
}
