import type { JsonObject } from '@countersign/openapi';
import type { McpTool, ToolList } from '../../mcp-client/index.js';

/** Characters of a description. Descriptions reach models, and come from a server that may change. */
const MAX_DESCRIPTION = 4000;
const MAX_TITLE = 200;

/**
 * Writes the tools of an MCP server as an OpenAPI document, so that they are operations like all others: with their names as ids, and their
 * arguments as the body. What is stored is what models see and what calls are checked against, whatever the server says later.
 *
 * @param url the URL of the server
 */
export function toolDocument({ title, version, tools }: ToolList, url: string): JsonObject {
  const { host } = new URL(url);
  return {
    openapi: '3.1.0',
    info: { title: shortened(title, MAX_TITLE), version: shortened(version, MAX_TITLE) },
    servers: [{ url }],
    paths: Object.fromEntries(tools.map((tool) => [pathOf(tool), { post: operationOf(tool, host) }])),
  };
}

function operationOf(tool: McpTool, host: string): JsonObject {
  const { name, title, description = '' } = tool;
  // Models can tell whose words these are.
  const origin = `(from the MCP server ${host})`;
  return {
    operationId: name,
    ...(title !== undefined && { summary: shortened(title, MAX_TITLE) }),
    description: `${shortened(description, MAX_DESCRIPTION)}\n\n${origin}`.trim(),
    'x-countersign-arguments': 'body',
    ...consequences(tool),
    requestBody: { required: true, content: { 'application/json': { schema: ownResource(tool) } } },
    responses: { 200: { description: 'The result of the tool' } },
  };
}

/**
 * A tool that its server calls read-only needs no confirmation, and one that it calls destructive always does. All others are confirmed like other
 * operations, also if they are said to destroy nothing: what is sent in a user's name cannot be taken back.
 */
function consequences({ annotations: { readOnlyHint, destructiveHint } }: McpTool): JsonObject {
  if (readOnlyHint === true) return { 'x-openai-isConsequential': false };
  return destructiveHint === true ? { 'x-openai-isConsequential': true } : {};
}

function pathOf({ name }: McpTool): string {
  return `/${encodeURIComponent(name)}`;
}

/** Makes a schema a resource of its own, so that its references stay within it (JSON Schema 2020-12 Core, section 8.2.1). */
function ownResource({ name, inputSchema }: McpTool): JsonObject {
  const { $schema: _, ...schema } = inputSchema;
  return { ...schema, $id: `https://tools.invalid/${encodeURIComponent(name)}` };
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
