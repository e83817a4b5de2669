import type { Countersign } from './client.js';
import { settle, type SettleOptions } from './settle.js';
import { SharedPrompts } from './shared-prompts.js';
import type { OpenAiTool, ToolsOptions } from './tools.js';

/** Options of the tools of a framework, which runs each call on its own. */
export interface AdapterOptions
  extends Pick<SettleOptions, 'user' | 'conversationId' | 'returnUrl' | 'onSignIn' | 'onConfirmation'>, ToolsOptions {}

/** A tool that a framework's own constructor takes. */
export interface AdaptedTool extends Pick<OpenAiTool, 'function'> {
  /** Runs one call until it has a result, and returns its text. */
  call(args: unknown, toolCallId: string | undefined, signal: AbortSignal | undefined): Promise<string>;
}

/** Returns the GPT's tools with a function for each. Their schemas are OpenAI's, which all vendors accept. */
export async function adaptedTools(client: Countersign, options: AdapterOptions): Promise<AdaptedTool[]> {
  const { actionId, tag, search, signal, onSignIn, onConfirmation, ...running } = options;
  const tools = await client.tools('openai', { actionId, tag, search, signal });
  const prompts = new SharedPrompts(client, { onSignIn, onConfirmation });
  return tools.map((tool) => ({
    function: tool.function,
    call: async (args, toolCallId, callSignal) => {
      const called = { name: tool.function.name, arguments: JSON.stringify(args ?? {}) };
      const call = { id: toolCallId ?? crypto.randomUUID(), type: 'function', function: called } as const;
      const both = either(signal, callSignal);
      // Some runtimes name their calls `call_0` in every turn, so the response gets an id of its own.
      const options = { ...running, responseId: crypto.randomUUID(), signal: both };
      const { signedIn, ...asking } = prompts.forCall(both);
      const run = (answers: object) => client.run([call], { ...options, ...answers });
      const { results } = await settle({ run, signedIn }, { ...options, ...asking });
      return results.map(({ content }) => content).join('\n');
    },
  }));
}

function either(first?: AbortSignal, second?: AbortSignal): AbortSignal | undefined {
  return first && second ? AbortSignal.any([first, second]) : (first ?? second);
}
