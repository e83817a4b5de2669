import { adaptedTools, type AdapterOptions } from '../adapter.js';
import type { Countersign } from '../client.js';

/** What LangChain passes to a tool beside its arguments. */
interface ToolConfig {
  toolCall?: { id?: string };
  signal?: AbortSignal;
}

/** What the adapter needs of the package `@langchain/core`, or `langchain`. */
export interface LangChainPackage<Tool> {
  tool(run: never, fields: never): Tool;
}

/**
 * Returns the GPT's tools for agents and `bindTools` of LangChain.
 *
 * @param langchain your own `import { tool } from 'langchain'`, or from `@langchain/core/tools`
 */
export async function langchainTools<Tool>(
  client: Countersign,
  { tool }: LangChainPackage<Tool>,
  options: AdapterOptions,
): Promise<Tool[]> {
  const tools = await adaptedTools(client, options);
  return tools.map(({ function: { name, description, parameters }, call }) => {
    const run = (args: unknown, config?: ToolConfig) => call(args, config?.toolCall?.id, config?.signal);
    return tool(run as never, { name, description, schema: parameters } as never);
  });
}

export type { AdapterOptions } from '../adapter.js';
