import { useQuery } from '@tanstack/react-query';
import { actionQueries, enabledOperations, type Action } from '../queries/actions';
import { gptQueries, type OpenAiTool } from '../queries/gpts';

/** An operation as the preview offers it: the tool definition, and where it comes from. */
export interface PreviewOperation {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  operationId?: string;
  domain?: string;
  method?: string;
  path?: string;
}

/** The operations of a GPT as a model sees them, with their domains. */
export function usePreviewOperations(gptId: string) {
  const tools = useQuery(gptQueries.openAiTools(gptId));
  const actions = useQuery(actionQueries.list(gptId));
  return {
    data: tools.data && actions.data && operationsOf(tools.data, actions.data),
    error: tools.error ?? actions.error,
    isPending: tools.isPending || actions.isPending,
    refetch: () => Promise.all([tools.refetch(), actions.refetch()]),
  };
}

/**
 * Adds the domain to each tool. Both lists have the same order. If a document was changed between the two responses, tools are matched by
 * their names.
 */
function operationsOf(tools: OpenAiTool[], actions: Action[]): PreviewOperation[] {
  const known = actions.flatMap((action) =>
    enabledOperations(action).map((operation) => ({ ...operation, domain: action.domain })),
  );
  const isSameList = known.length === tools.length;
  return tools.map(({ function: { name, description = '', parameters = {} } }, index) => {
    const found = isSameList ? known[index] : known.find(({ operation_id }) => operation_id === name);
    const { operation_id: operationId, domain, method, path } = found ?? {};
    return { name, description, parameters, operationId, domain, method, path };
  });
}

/** The domain of an operation; undefined if no operation or several have this name. */
export function domainOf(operations: PreviewOperation[], name: string): string | undefined {
  const [first, second] = operations.filter(({ operationId }) => operationId === name);
  return (operations.find((each) => each.name === name) ?? (second ? undefined : first))?.domain;
}
