import { useQuery } from '@tanstack/react-query';
import { all, api, type Schema } from '../api/api';

type Action = Schema<'ActionDto'>;

/** A tool as `format=openai` has it. */
interface ToolDefinition {
  function: { name: string; description?: string; parameters?: Record<string, unknown> };
}

/** An operation as the preview offers it. */
export interface PreviewOperation {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  /** What is known of it beside what a model sees. */
  operationId?: string;
  domain?: string;
  method?: string;
  path?: string;
}

/** The operations of a GPT as a model is told of them, each with the domain that it talks to. */
export function useOperations(gptId: string) {
  return useQuery({
    queryKey: ['gpts', gptId, 'preview-operations'],
    queryFn: async ({ signal }) => {
      const [tools, actions] = await Promise.all([
        api.get<{ data: ToolDefinition[] }>(`/v1/gpts/${gptId}/tools?format=openai`, signal),
        all<Action>(`/v1/gpts/${gptId}/actions`, signal),
      ]);
      return operationsOf(tools.data, actions);
    },
  });
}

/**
 * Puts the domain to each tool. Both lists have the order of the actions and of their documents; where a document was changed between the
 * two answers, ids are compared.
 */
function operationsOf(tools: ToolDefinition[], actions: Action[]): PreviewOperation[] {
  const known = actions.flatMap(({ domain, operations }) => operations.map((operation) => ({ ...operation, domain })));
  const isSameList = known.length === tools.length;
  return tools.map(({ function: { name, description = '', parameters = {} } }, index) => {
    const found = isSameList ? known[index] : known.find(({ operation_id }) => operation_id === name);
    const { operation_id: operationId, domain, method, path } = found ?? {};
    return { name, description, parameters, operationId, domain, method, path };
  });
}

/** Whom a call by this name talks to; nothing where no operation or more than one has it. */
export function domainOf(operations: PreviewOperation[], name: string): string | undefined {
  const [first, second] = operations.filter(({ operationId }) => operationId === name);
  return (operations.find((each) => each.name === name) ?? (second ? undefined : first))?.domain;
}
