import { useQuery } from '@tanstack/react-query';
import { api } from '../api/api';
import { gptKey, useActions, type Action } from '../gpts/gpt-queries';
import type { JsonSchema } from './json-schema';

interface Tool {
  name: string;
  inputSchema: JsonSchema;
}

/**
 * The schema of an operation's arguments. Tools stand in the order of the actions and of their documents, under names of their own where
 * actions share one.
 */
export function useArgumentsSchema({ id, gpt_id }: Action, operationId: string) {
  const actions = useActions(gpt_id);
  const tools = useQuery({
    queryKey: [...gptKey(gpt_id), 'tools', 'mcp'],
    queryFn: ({ signal }) => api.get<{ data: Tool[] }>(`/v1/gpts/${gpt_id}/tools?format=mcp`, signal),
  });
  const retry = () => void Promise.all([actions.refetch(), tools.refetch()]);
  const error = actions.error ?? tools.error;
  if (!actions.data || !tools.data) return { error, retry, schema: undefined };
  const all = actions.data.flatMap((action) =>
    action.operations.map(({ operation_id }) => action.id === id && operation_id === operationId),
  );
  const { data } = tools.data;
  const tool = all.length === data.length ? data[all.indexOf(true)] : data.find(({ name }) => name === operationId);
  return { error, retry, schema: tool?.inputSchema ?? { type: 'object' } };
}
