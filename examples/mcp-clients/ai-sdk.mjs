/** The MCP client of the Vercel AI SDK. */
import assert from 'node:assert/strict';
import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { generateText } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { check } from './check.mjs';
import { signIn } from './sign-in.mjs';

const NOTE = { body: { title: 'Milk', text: 'Two bottles' } };

/** @param notes, conformance how to reach the two GPTs */
export async function checkAiSdk({ notes, conformance }) {
  await check('@ai-sdk/mcp: calls tools, and gets errors as results', () =>
    withTools(conformance, {}, async (tools) => {
      const { content } = await call(tools, 'test_simple_text');
      assert.deepEqual(content, [{ type: 'text', text: 'This is a simple text response for testing.' }]);
      const failed = await call(tools, 'test_error_handling');
      assert.equal(failed.isError, true);
      assert.match(failed.content[0].text, /500/);
      return `${Object.keys(tools).length} tools`;
    }),
  );
  await check('@ai-sdk/mcp: signs its user in with the link in a result', () =>
    withTools(notes, {}, async (tools) => {
      const refused = await call(tools, 'listNotes');
      assert.equal(refused.isError, true);
      await signIn(refused.content[0].text, 'user-of-ai-sdk');
      const listed = await call(tools, 'listNotes');
      assert.ok(!listed.isError, listed.content[0].text);
    }),
  );
  await check('@ai-sdk/mcp: confirms with a form', async () => {
    const asked = [];
    const onElicitation = ({ params: { message } }) => {
      asked.push(message);
      return { action: 'accept', content: { confirm: true } };
    };
    await withTools(notes, { onElicitation }, async (tools) => {
      const created = await call(tools, 'createNote', NOTE);
      assert.ok(!created.isError, created.content[0].text);
    });
    assert.equal(asked.length, 1);
    assert.match(asked[0], /Milk/);
  });
}

async function withTools({ url, token }, { onElicitation }, use) {
  const client = await createMCPClient({
    transport: { type: 'http', url, headers: { authorization: `Bearer ${token}` } },
    capabilities: onElicitation ? { elicitation: {} } : {},
  });
  if (onElicitation) client.onElicitationRequest(ElicitationRequestSchema, onElicitation);
  try {
    return await use(await client.tools());
  } finally {
    await client.close();
  }
}

/** Runs a turn of a model that calls one tool. @returns the result of the tool */
async function call(tools, toolName, input = {}) {
  const content = [{ type: 'tool-call', toolCallId: 'call-1', toolName, input: JSON.stringify(input) }];
  const turn = {
    content,
    finishReason: { unified: 'tool-calls' },
    usage: { inputTokens: {}, outputTokens: {} },
    warnings: [],
  };
  const model = new MockLanguageModelV4({ doGenerate: async () => turn });
  const { toolResults } = await generateText({ model, tools, prompt: 'Call the tool.' });
  return toolResults[0].output;
}
