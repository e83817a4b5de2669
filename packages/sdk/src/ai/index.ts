import { adaptedTools, type AdapterOptions } from '../adapter.js';
import type { Countersign } from '../client.js';

/** What the adapter needs of the package `ai`. */
export interface AiPackage<Schema, Tool> {
  jsonSchema(schema: never): Schema;
  dynamicTool(tool: {
    description: string;
    inputSchema: Schema;
    strict: boolean;
    execute(input: unknown, call: { toolCallId: string; abortSignal?: AbortSignal }): Promise<string>;
  }): Tool;
}

/**
 * Returns the GPT's tools for `generateText`, `streamText` and agents of the Vercel AI SDK, by name.
 *
 * @param ai your own `import { dynamicTool, jsonSchema } from 'ai'`
 */
export async function aiTools<Schema, Tool>(
  client: Countersign,
  { dynamicTool, jsonSchema }: AiPackage<Schema, Tool>,
  options: AdapterOptions,
): Promise<Record<string, Tool>> {
  const tools = await adaptedTools(client, options);
  return Object.fromEntries(
    tools.map(({ function: { name, description, parameters, strict }, call }) => [
      name,
      dynamicTool({
        description,
        inputSchema: jsonSchema(parameters as never),
        strict,
        execute: (input, { toolCallId, abortSignal }) => call(input, toolCallId, abortSignal),
      }),
    ]),
  );
}

export type { AdapterOptions } from '../adapter.js';
