import type OpenAI from 'openai';
import { nextTurn } from './script.ts';

/** Answers `POST /v1/responses`. */
export function response({ input, tools = [] }: OpenAI.Responses.ResponseCreateParams): object {
  const items = typeof input === 'string' ? [] : (input ?? []);
  const names = tools.map((tool) => (tool.type === 'function' ? (tool.name ?? '') : ''));
  const ids = items.flatMap((item) => (item.type === 'function_call' ? [item.call_id] : []));
  const results = items.flatMap((item): [string, string][] =>
    item.type === 'function_call_output' ? [[item.call_id ?? '', String(item.output)]] : [],
  );
  const turn = nextTurn(names, ids, new Map(results));
  const output =
    typeof turn === 'string'
      ? [
          {
            type: 'message',
            id: `msg_${crypto.randomUUID()}`,
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text: turn, annotations: [] }],
          },
        ]
      : turn.map((call) => ({
          type: 'function_call',
          id: `fc_${call.id}`,
          call_id: call.id,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
          status: 'completed',
        }));
  return {
    id: `resp_${crypto.randomUUID()}`,
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    model: 'stub',
    error: null,
    incomplete_details: null,
    output,
    usage: {
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    },
  };
}
