import type { Countersign, SettleOptions } from '@countersign/sdk';
import type OpenAI from 'openai';

/** A chat loop on OpenAI Responses. */
export async function chat(openai: OpenAI, countersign: Countersign, user: SettleOptions, question: string) {
  const tools = await countersign.tools('openai_responses');
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
  for (;;) {
    const response = await openai.responses.create({ model: 'gpt-6-sol', input, tools });
    const { results } = await countersign.settle(response, user);
    if (results.length === 0) return response.output_text;
    input.push(...(response.output as typeof input), ...results);
  }
}
