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

/**
 * The document as it was written; where it was given as an object, as JSON set out for people. It is read once: what is written meanwhile is
 * not lost to a newer one.
 */
export function useDocument(gptId: string, actionId: string) {
  return useQuery({
    queryKey: ['document', actionId],
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: async ({ signal }) => {
      const path = actionPath(gptId, actionId);
      // What is known of the action may be older than the document that is about to be read.
      const { openapi_format } = await api.get<Action>(path, signal);
      if (openapi_format !== null) return api.text(`${path}/openapi/source`, signal);
      const document = await api.get<unknown>(`${path}/openapi`, signal);
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
