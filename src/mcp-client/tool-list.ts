import { isObject, stringMember, type JsonObject, type JsonValue } from '@countersign/openapi';
import type { McpClient, McpPeer, McpResponse } from './mcp-client.js';
import { McpServerError } from './mcp-server.error.js';

/** A tool as its server describes it. The texts are untrusted. */
export interface McpTool {
  name: string;
  title: string | undefined;
  description: string | undefined;
  inputSchema: JsonObject;
  annotations: ToolHints;
}

/** The hints of `ToolAnnotations` that have a value. */
export interface ToolHints {
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
}

/** The tools of a server, and what it says about itself. */
export interface ToolList {
  title: string;
  version: string;
  tools: McpTool[];
}

/** The key in `_meta` (2026-07-28). */
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';

const MAX_PAGES = 50;
const MAX_TOOLS = 1000;

/**
 * Lists all tools of a server.
 *
 * @returns the response of a server that refuses the list, as with 401
 * @throws {McpServerError} the server does not follow the protocol, or has more than 1,000 tools
 */
export async function listTools(client: McpClient, peer: McpPeer): Promise<ToolList | { refusal: McpResponse }> {
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params: JsonObject = cursor === undefined ? {} : { cursor };
    const received = await client.request(peer, { method: 'tools/list', params });
    const { answer, response } = received;
    if (response.status === 401 || response.status === 403) return { refusal: received };
    if (answer === undefined)
      throw new McpServerError(`the server answered tools/list with status ${response.status} and no MCP message`);
    if ('error' in answer)
      throw new McpServerError(`the server refused tools/list: ${answer.error.message.slice(0, 300)}`);
    const { tools: listed } = answer.result;
    if (!Array.isArray(listed)) throw new McpServerError('the result of tools/list has no list of tools');
    tools.push(...listed.map(readTool));
    if (tools.length > MAX_TOOLS) throw new McpServerError(`the server has more than ${MAX_TOOLS} tools`);
    cursor = stringMember(answer.result, 'nextCursor');
    if (cursor === undefined) {
      const { serverInfo } = await client.handshakeResult(peer);
      return { ...nameOf(serverInfo, answer.result), tools: unique(tools) };
    }
  }
  throw new McpServerError(`the list of tools has more than ${MAX_PAGES} pages`);
}

/** Servers without a handshake say in each result who they are. */
function nameOf(info: JsonValue | undefined, result: JsonObject): { title: string; version: string } {
  const meta = isObject(result['_meta']) ? result['_meta'][SERVER_INFO] : undefined;
  const text = (name: string) =>
    [info, meta].map((from) => (isObject(from) ? stringMember(from, name) : undefined)).find(Boolean);
  return { title: text('title') ?? text('name') ?? 'MCP server', version: text('version') ?? '0' };
}

function readTool(value: JsonValue): McpTool {
  const name = isObject(value) ? stringMember(value, 'name') : undefined;
  if (!isObject(value) || name === undefined || name === '') throw new McpServerError('a tool of the list has no name');
  const { inputSchema, annotations } = value;
  if (!isObject(inputSchema)) throw new McpServerError(`the tool ${JSON.stringify(name)} has no inputSchema`);
  const hints = isObject(annotations) ? annotations : {};
  return {
    name,
    title: stringMember(value, 'title') ?? stringMember(hints, 'title'),
    description: stringMember(value, 'description'),
    inputSchema,
    annotations: { ...hint(hints, 'readOnlyHint'), ...hint(hints, 'destructiveHint') },
  };
}

function hint<N extends keyof ToolHints>(hints: JsonObject, name: N): Partial<Record<N, boolean>> {
  const value = hints[name];
  return typeof value === 'boolean' ? ({ [name]: value } as Record<N, boolean>) : {};
}

function unique(tools: McpTool[]): McpTool[] {
  const names = new Set<string>();
  for (const { name } of tools) {
    if (names.has(name)) throw new McpServerError(`the server lists two tools of the name ${JSON.stringify(name)}`);
    names.add(name);
  }
  return tools;
}
