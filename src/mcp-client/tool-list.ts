import { isObject, stringMember, type JsonObject, type JsonValue } from '@countersign/openapi';
import { META_KEYS } from '../mcp-protocol/index.js';
import { answerOf } from './answer-reader.js';
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
  /** Why tools of the list are left out. */
  rejected: string[];
}

/** Of all pages together: they are read on the main thread. */
export const MAX_LIST_BYTES = 1_048_576;

const MAX_PAGES = 50;
const MAX_TOOLS = 1000;
const MAX_NAME = 200;

/**
 * Lists all tools of a server.
 *
 * @returns the response of a server that refuses the list, as with 401
 * @throws {McpServerError} the server does not follow the protocol, or its list has more than 1,000 tools or 1 MiB
 */
export async function listTools(client: McpClient, peer: McpPeer): Promise<ToolList | { refusal: McpResponse }> {
  const tools = new Map<string, McpTool>();
  const rejected: string[] = [];
  let cursor: string | undefined;
  let bytes = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params: JsonObject = cursor === undefined ? {} : { cursor };
    const received = await client.request(peer, { method: 'tools/list', params });
    const { id, response } = received;
    if (response.status === 401 || response.status === 403) return { refusal: received };
    bytes += response.body.length;
    if (response.truncated || bytes > MAX_LIST_BYTES)
      throw new McpServerError(`the list of tools is larger than ${MAX_LIST_BYTES} bytes`);
    const answer = answerOf(id, response);
    if (answer === undefined)
      throw new McpServerError(`the server answered tools/list with status ${response.status} and no MCP message`);
    if ('error' in answer)
      throw new McpServerError(`the server refused tools/list: ${answer.error.message.slice(0, 300)}`);
    const { tools: listed } = answer.result;
    if (!Array.isArray(listed)) throw new McpServerError('the result of tools/list has no list of tools');
    for (const value of listed) {
      const tool = readTool(value);
      if (typeof tool === 'string') rejected.push(tool);
      else if (tools.has(tool.name)) rejected.push(`a second tool is named ${JSON.stringify(tool.name)}`);
      else tools.set(tool.name, tool);
    }
    if (tools.size > MAX_TOOLS) throw new McpServerError(`the server has more than ${MAX_TOOLS} tools`);
    cursor = stringMember(answer.result, 'nextCursor');
    if (cursor === undefined) {
      const { serverInfo } = await client.handshakeResult(peer);
      return { ...nameOf(serverInfo, answer.result), tools: [...tools.values()], rejected };
    }
  }
  throw new McpServerError(`the list of tools has more than ${MAX_PAGES} pages`);
}

/** Servers without a handshake say in each result who they are. */
function nameOf(info: JsonValue | undefined, result: JsonObject): { title: string; version: string } {
  const meta = isObject(result['_meta']) ? result['_meta'][META_KEYS.serverInfo] : undefined;
  const text = (name: string) =>
    [info, meta].map((from) => (isObject(from) ? stringMember(from, name) : undefined)).find(Boolean);
  return { title: text('title') ?? text('name') ?? 'MCP server', version: text('version') ?? '0' };
}

/** @returns why a tool cannot be used, if it cannot. The other tools of its server can (MCP, Tools) */
function readTool(value: JsonValue): McpTool | string {
  const name = isObject(value) ? stringMember(value, 'name') : undefined;
  if (!isObject(value) || name === undefined || name === '') return 'a tool has no name';
  if (!name.isWellFormed() || name.length > MAX_NAME)
    return `the name of a tool is not well-formed Unicode, or longer than ${MAX_NAME} characters`;
  const { inputSchema, annotations } = value;
  if (!isObject(inputSchema)) return `the tool ${JSON.stringify(name)} has no inputSchema`;
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
