import type Anthropic from '@anthropic-ai/sdk';
import { nextTurn } from './script.ts';

/** Answers `POST /v1/messages`. */
export function message({ messages, tools = [] }: Anthropic.MessageCreateParams): object {
  const names = tools.map((tool) => ('name' in tool ? tool.name : ''));
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const ids = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const results = blocks.flatMap((block): [string, string][] =>
    block.type === 'tool_result' ? [[block.tool_use_id, JSON.stringify(block.content)]] : [],
  );
  const turn = nextTurn(names, ids, new Map(results));
  const content =
    typeof turn === 'string'
      ? [{ type: 'text', text: turn, citations: null }]
      : turn.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.arguments }));
  return {
    id: `msg_${crypto.randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: 'stub',
    content,
    stop_reason: typeof turn === 'string' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}
