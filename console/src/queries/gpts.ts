import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { MAX_PAGE_SIZE, readAll } from './pagination';

export type Gpt = Schema<'GptDto'>;

/** A tool definition with `format=openai`. */
export interface OpenAiTool {
  function: { name: string; description?: string; parameters?: Record<string, unknown> };
}

/** A tool definition with `format=mcp`. */
export interface McpTool {
  name: string;
  inputSchema: Record<string, unknown>;
}

/** GPTs. The keys of a GPT's actions and tools start with the key of `detail`: invalidating it invalidates them all. */
export const gptQueries = {
  /** All GPTs, oldest first. */
  list: () =>
    queryOptions({
      queryKey: ['gpts', 'list'],
      queryFn: ({ signal }) =>
        readAll((cursor) => send(api.GET('/v1/gpts', { params: { query: { limit: MAX_PAGE_SIZE, cursor } }, signal }))),
    }),

  detail: (gptId: string) =>
    queryOptions({
      queryKey: ['gpts', 'detail', gptId],
      queryFn: ({ signal }) => send(api.GET('/v1/gpts/{gpt_id}', { params: { path: { gpt_id: gptId } }, signal })),
    }),

  openAiTools: (gptId: string) =>
    queryOptions({
      queryKey: [...gptQueries.detail(gptId).queryKey, 'tools', 'openai'],
      queryFn: async ({ signal }) => (await readTools(gptId, 'openai', signal)) as unknown as OpenAiTool[],
    }),

  mcpTools: (gptId: string) =>
    queryOptions({
      queryKey: [...gptQueries.detail(gptId).queryKey, 'tools', 'mcp'],
      queryFn: async ({ signal }) => (await readTools(gptId, 'mcp', signal)) as unknown as McpTool[],
    }),
};

async function readTools(gptId: string, format: 'openai' | 'mcp', signal: AbortSignal) {
  const params = { path: { gpt_id: gptId }, query: { format } };
  return (await send(api.GET('/v1/gpts/{gpt_id}/tools', { params, signal }))).data;
}

export function useCreateGpt() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'CreateGptDto'>) => send(api.POST('/v1/gpts', { body })),
    onSuccess: () => queries.invalidateQueries(gptQueries.list()),
  });
}

export function useUpdateGpt(gptId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'UpdateGptDto'>) =>
      send(api.PATCH('/v1/gpts/{gpt_id}', { params: { path: { gpt_id: gptId } }, body })),
    onSuccess: (gpt) => {
      queries.setQueryData(gptQueries.detail(gptId).queryKey, gpt);
      return queries.invalidateQueries(gptQueries.list());
    },
  });
}

export function useDeleteGpt(gptId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send(api.DELETE('/v1/gpts/{gpt_id}', { params: { path: { gpt_id: gptId } } })),
    // The page of the deleted GPT is still open: only mark its queries as stale.
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries(gptQueries.list()),
        queries.invalidateQueries({ ...gptQueries.detail(gptId), refetchType: 'none' }),
      ]),
  });
}
