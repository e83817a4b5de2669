import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { actionQueries, invalidateGpt, type Action } from './actions';

export type ReviewedTool = Schema<'ToolReviewEntryDto'>;

/** Compares the tools of an MCP server with those that are stored. The response may contain a sign-in link, so nothing of it is cached. */
export function useReviewTools({ gpt_id, id: action_id }: Action) {
  return useMutation({
    gcTime: 0,
    mutationFn: (user: string | undefined) =>
      send(
        api.GET('/v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools', {
          params: { path: { gpt_id, action_id }, query: { user } },
        }),
      ),
  });
}

/** Stores the tools of a review. */
export function useAcceptTools({ gpt_id, id: action_id }: Action) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'AcceptToolsDto'>) =>
      send(
        api.PUT('/v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools', { params: { path: { gpt_id, action_id } }, body }),
      ),
    onSuccess: (action) => {
      queries.setQueryData(actionQueries.detail(gpt_id, action_id).queryKey, action);
      return invalidateGpt(queries, gpt_id);
    },
  });
}

/** Discovers how an MCP server authorizes users, and registers a client there if possible. */
export function useAuthorizeServer({ gpt_id, id: action_id }: Action) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      send(
        api.POST('/v1/gpts/{gpt_id}/actions/{action_id}/mcp_authorization', {
          params: { path: { gpt_id, action_id } },
          body: {},
        }),
      ),
    onSuccess: () => invalidateGpt(queries, gpt_id),
  });
}
