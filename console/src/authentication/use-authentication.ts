import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Page, type Schema } from '../api/api';
import { gptKey } from '../gpts/gpt-queries';
import { type Draft, type Stored } from './draft';
import type { Action } from './form-state';
import { toBody } from './schema-body';

/** The action as it is now: what was read for another page may be old, and is not edited. */
export function useFreshAction(gptId: string, actionId: string) {
  return useQuery({
    queryKey: ['authentication', gptId, actionId],
    gcTime: 0,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get<Action>(pathOf(gptId, actionId), signal),
  });
}

/** How many connections a change of endpoints would end; in words, for there may be more than a page of them. */
export function useConnected(actionId: string) {
  const query = new URLSearchParams({ action_id: actionId, status: 'active', limit: '200' });
  return useQuery({
    queryKey: ['connections', 'of-action', actionId],
    queryFn: ({ signal }) => api.get<Page<Schema<'ConnectionDto'>>>(`/v1/connections?${query}`, signal),
    select: ({ data, next_cursor }) => ({ count: data.length, hasMore: next_cursor !== null }),
  });
}

/** Writes the schema. Nothing of it stays in the cache: it has secrets. */
export function useSave(action: Action, draft: Draft, onSaved: (auth: Stored) => void) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: () => api.put<Stored>(`${pathOf(action.gpt_id, action.id)}/auth`, toBody(draft, action.suggested_auth)),
    onSuccess: async (auth) => {
      onSaved(auth);
      await Promise.all([
        queries.invalidateQueries({ queryKey: gptKey(action.gpt_id) }),
        queries.invalidateQueries({ queryKey: ['connections'] }),
      ]);
    },
  });
}

/** Asks the provider what it makes of the schema that is stored. @param first saves what is not yet */
export function useCheck(action: Action, first: () => Promise<unknown>) {
  return useMutation({
    gcTime: 0,
    mutationFn: async () => {
      await first();
      return api.post<Schema<'CheckDto'>>(`${pathOf(action.gpt_id, action.id)}/auth/check`);
    },
  });
}

function pathOf(gptId: string, actionId: string): string {
  return `/v1/gpts/${encodeURIComponent(gptId)}/actions/${encodeURIComponent(actionId)}`;
}
