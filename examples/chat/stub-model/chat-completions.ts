import type OpenAI from 'openai';
import { nextTurn } from './script.ts';

/** Answers `POST /v1/chat/completions`. */
export function chatCompletion({ messages, tools = [] }: OpenAI.ChatCompletionCreateParams): OpenAI.ChatCompletion {
  const names = tools.map((tool) => (tool.type === 'function' ? tool.function.name : ''));
  const asked = messages.flatMap((each) => (each.role === 'assistant' ? (each.tool_calls ?? []) : []));
  const results = messages.flatMap((each): [string, string][] =>
    each.role === 'tool' ? [[each.tool_call_id, String(each.content)]] : [],
  );
  const ids = asked.map(({ id }) => id);
  const turn = nextTurn(names, ids, new Map(results));
  const base = { role: 'assistant', refusal: null } as const;
  const message: OpenAI.ChatCompletionMessage =
    typeof turn === 'string'
      ? { ...base, content: turn }
      : {
          ...base,
          content: null,
          tool_calls: turn.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.arguments) },
          })),
        };
  return {
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'stub',
    choices: [{ index: 0, message, logprobs: null, finish_reason: typeof turn === 'string' ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}
