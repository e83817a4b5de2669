import type { Countersign, SettleOptions } from '@countersign/sdk';
import type OpenAI from 'openai';

/** A chat loop on OpenAI Chat Completions. */
export async function chat(openai: OpenAI, countersign: Countersign, user: SettleOptions, question: string) {
  const tools = await countersign.tools('openai');
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (;;) {
    const completion = await openai.chat.completions.create({ model: 'gpt-6-sol', messages, tools });
    const { message } = completion.choices[0]!;
    if (!message.tool_calls) return message.content;
    const { results } = await countersign.settle(completion, user);
    messages.push(message, ...results);
  }
}
