import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api';
import { gptKey, type Action } from '../gpts/gpt-queries';

export const actionPath = (gptId: string, actionId: string) => `/v1/gpts/${gptId}/actions/${actionId}`;
const actionKey = (gptId: string, actionId: string) => [...gptKey(gptId), 'action', actionId] as const;

export function useAction(gptId: string, actionId: string) {
  return useQuery({
    queryKey: actionKey(gptId, actionId),
    queryFn: ({ signal }) => api.get<Action>(actionPath(gptId, actionId), signal),
  });
}

/** The document as it is stored, set out as people read it. It is read once: what is written meanwhile is not lost to a newer one. */
export function useDocument(gptId: string, actionId: string) {
  return useQuery({
    queryKey: ['document', actionId],
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: async ({ signal }) => {
      const document = await api.get<unknown>(`${actionPath(gptId, actionId)}/openapi`, signal);
      return `${JSON.stringify(document, null, 2)}\n`;
    },
  });
}

/** Changes an action, and makes everything that hangs on it be read again. */
export function useChangeAction(gptId: string, actionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: object) => api.patch<Action>(actionPath(gptId, actionId), change),
    onSuccess: async (saved) => {
      queries.setQueryData(actionKey(gptId, actionId), saved);
      await queries.invalidateQueries({ queryKey: gptKey(gptId) });
    },
  });
}
