import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { gptQueries } from './gpts';

export type McpSettings = Schema<'McpSettingsDto'>;
export type NewMcpSettings = Schema<'McpSettingsInput'>;

/** How GPTs are offered to MCP clients. */
export const mcpQueries = {
  settings: (gptId: string) =>
    queryOptions({
      queryKey: [...gptQueries.detail(gptId).queryKey, 'mcp'],
      queryFn: ({ signal }) => send(api.GET('/v1/gpts/{gpt_id}/mcp', { params: { path: { gpt_id: gptId } }, signal })),
      // A form edits them.
      refetchOnWindowFocus: false,
    }),
};

export function useSaveMcpSettings(gptId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewMcpSettings) =>
      send(api.PUT('/v1/gpts/{gpt_id}/mcp', { params: { path: { gpt_id: gptId } }, body })),
    onSuccess: (saved) => void queries.setQueryData(mcpQueries.settings(gptId).queryKey, saved),
  });
}

/** Creates a token for one user. The response contains a secret: call `reset` once it has been shown, so that nothing keeps it. */
export function useCreateMcpToken() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'CreateMcpTokenDto'>) => send(api.POST('/v1/mcp-tokens', { body })),
  });
}
