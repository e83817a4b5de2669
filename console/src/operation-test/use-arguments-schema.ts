import { useQuery } from '@tanstack/react-query';
import { actionQueries, enabledOperations, type Action } from '../queries/actions';
import { gptQueries } from '../queries/gpts';
import type { JsonSchema } from './json-schema';

/**
 * Finds the tool of an operation, and returns the schema of its arguments. Tools are in the order of the actions and their enabled operations;
 * their names differ from operation ids if several actions share an id, or if the policy renames the operation.
 */
export function useArgumentsSchema({ id, gpt_id: gptId }: Action, operationId: string) {
  const actions = useQuery(actionQueries.list(gptId));
  const tools = useQuery(gptQueries.mcpTools(gptId));
  const retry = () => void Promise.all([actions.refetch(), tools.refetch()]);
  const error = actions.error ?? tools.error;
  if (!actions.data || !tools.data) return { error, retry, schema: undefined };
  const isSought = actions.data.flatMap((action) =>
    enabledOperations(action).map(({ operation_id }) => action.id === id && operation_id === operationId),
  );
  const tool =
    isSought.length === tools.data.length
      ? tools.data[isSought.indexOf(true)]
      : tools.data.find(({ name }) => name === operationId);
  const schema: JsonSchema = tool?.inputSchema ?? { type: 'object' };
  return { error, retry, schema };
}
