import type { Countersign, SettleOptions } from '@countersign/sdk';
import { aiTools } from '@countersign/sdk/ai';
import { dynamicTool, generateText, jsonSchema, type LanguageModel, stepCountIs } from 'ai';

/** The Vercel AI SDK, which has the loop itself. */
export async function chat(model: LanguageModel, countersign: Countersign, user: SettleOptions, question: string) {
  const { text } = await generateText({
    model,
    tools: await aiTools(countersign, { dynamicTool, jsonSchema }, user),
    stopWhen: stepCountIs(10),
    prompt: question,
  });
  return text;
}
