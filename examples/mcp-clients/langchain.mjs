/** The MCP adapters of LangChain. */
import assert from 'node:assert/strict';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { check } from './check.mjs';
import { signIn } from './sign-in.mjs';

/** @param notes, conformance how to reach the two GPTs */
export async function checkLangchain({ notes, conformance }) {
  const client = new MultiServerMCPClient({
    useStandardContentBlocks: true,
    mcpServers: { notes: serverOf(notes), conformance: serverOf(conformance) },
  });
  try {
    await check('@langchain/mcp-adapters: calls tools of two servers', async () => {
      const tools = await client.getTools();
      const text = await toolOf(tools, 'test_simple_text').invoke({});
      assert.equal(text, 'This is a simple text response for testing.');
      const blocks = await toolOf(tools, 'test_image_content').invoke({});
      const image = blocks.find(({ type }) => type === 'image');
      assert.equal(image?.mime_type, 'image/png', JSON.stringify(blocks));
      await assert.rejects(toolOf(tools, 'test_error_handling').invoke({}), /status 500/);
      return `${tools.length} tools`;
    });
    await check('@langchain/mcp-adapters: signs its user in with the link in an error', async () => {
      const tool = toolOf(await client.getTools('notes'), 'listNotes');
      const refused = await tool.invoke({}).catch((error) => error);
      assert.equal(refused.name, 'ToolException');
      await signIn(refused.message, 'user-of-langchain');
      assert.equal(typeof (await tool.invoke({})), 'string');
    });
  } finally {
    await client.close();
  }
}

function serverOf({ url, token }) {
  return { transport: 'http', url, headers: { Authorization: `Bearer ${token}` }, automaticSSEFallback: false };
}

function toolOf(tools, name) {
  const tool = tools.find((each) => each.name === name);
  assert.ok(tool, `no tool ${name} in ${tools.map((each) => each.name).join()}`);
  return tool;
}
