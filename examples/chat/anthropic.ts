import type Anthropic from '@anthropic-ai/sdk';
import type { Countersign, SettleOptions } from '@countersign/sdk';

/** A chat loop on Anthropic Messages. */
export async function chat(anthropic: Anthropic, countersign: Countersign, user: SettleOptions, question: string) {
  const tools = await countersign.tools('anthropic');
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (;;) {
    const message = await anthropic.messages.create({ model: 'claude-sonnet-5-5', max_tokens: 4096, messages, tools });
    const { results } = await countersign.settle(message, user);
    if (results.length === 0) return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    messages.push({ role: 'assistant', content: message.content }, { role: 'user', content: results });
  }
}
