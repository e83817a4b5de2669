import type { AnthropicResult, OpenAiResponsesResult, OpenAiResult } from './api/index.js';

/** A turn of a model: the whole response, its message, or only the list of its tool calls. Only what the SDK reads is named. */
export type Turn = object | readonly object[] | null | undefined;

/** The result of a call of any vendor. */
export type ToolCallResult = OpenAiResult | OpenAiResponsesResult | AnthropicResult;

/** The items of a turn, among which its tool calls are. */
type ItemsOf<T> = T extends readonly (infer Item)[]
  ? Item
  : T extends { choices: readonly { message: infer Message }[] }
    ? ItemsOf<Message>
    : T extends { output: readonly (infer Item)[] } | { content: readonly (infer Item)[] }
      ? Item
      : T extends { tool_calls?: infer Calls }
        ? ItemsOf<Calls>
        : never;

type ResultOfItem<Item> = Item extends { type: 'tool_use' }
  ? AnthropicResult
  : Item extends { type: 'function_call' }
    ? OpenAiResponsesResult
    : Item extends { type: 'function'; function: unknown }
      ? OpenAiResult
      : never;

/** The results that belong to a turn: those of the vendor whose types it has, else any. */
export type ResultOf<T> = [ResultOfItem<ItemsOf<T>>] extends [never] ? ToolCallResult : ResultOfItem<ItemsOf<T>>;

/** Returns the items of a turn, among which the server finds the tool calls. */
export function itemsOf(turn: Turn): readonly unknown[] {
  if (Array.isArray(turn)) return turn;
  if (turn === null || turn === undefined) return [];
  const { choices, message, output, content, tool_calls: calls } = turn as Record<string, unknown>;
  if (Array.isArray(choices)) return choices.length === 0 ? [] : itemsOf((choices[0] as { message?: Turn }).message);
  if (Array.isArray(output)) return output;
  if (Array.isArray(calls)) return calls;
  // A refusal, or a text alone.
  if (Array.isArray(content)) return content;
  return typeof message === 'object' ? itemsOf(message) : [];
}

/** Returns the id of a whole response: `chatcmpl-…`, `resp_…` or `msg_…`. */
export function responseIdOf(turn: Turn): string | undefined {
  if (!turn || Array.isArray(turn)) return undefined;
  const { id } = turn as { id?: unknown };
  return typeof id === 'string' && id !== '' ? id : undefined;
}
