import type { Countersign, SettleOptions } from '@countersign/sdk';
import { langchainTools } from '@countersign/sdk/langchain';
import type { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';

/** An agent of LangChain, which has the loop itself. */
export async function chat(model: ChatOpenAI, countersign: Countersign, user: SettleOptions, question: string) {
  const tools = await langchainTools(countersign, { tool }, user);
  const agent = createAgent({ model, tools });
  const { messages } = await agent.invoke({ messages: [{ role: 'user', content: question }] });
  return messages.at(-1)?.text;
}
