import { isObject, stringifyExactly, stringMember, type JsonObject, type JsonValue } from '@countersign/openapi';
import { answerOf, type AnsweringResponse } from '../../mcp-client/answer-reader.js';
import type { McpError } from '../../mcp-client/index.js';
import { RPC_CODES } from '../../mcp-protocol/index.js';

/** The status of a tool's own error (`isError`). The call reached the tool, which refused it or failed. */
const TOOL_ERROR = 422;

/** Errors that the request causes. */
const CALLER_ERRORS: ReadonlySet<number> = new Set([
  RPC_CODES.invalidRequest,
  RPC_CODES.methodNotFound,
  RPC_CODES.invalidParams,
]);

/** A file of a result, as responses of APIs contain files. */
interface ResultFile {
  name: string;
  mime_type: string;
  content: string;
}

/** A response of an MCP server, as plain data. */
export interface ToolAnswer extends AnsweringResponse {
  /** The id of the request. */
  readonly id: number;
  readonly status: number;
}

/** The response of an API. */
export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Converts the answer to `tools/call` into the response of an API, which all that reads responses understands:
 *
 * - `structuredContent` becomes a JSON body, other results a text
 * - images, audio and binary resources become files
 * - `isError` becomes status 422, and an error of the protocol 400 or 502
 *
 * The function is pure: worker threads call it for large responses.
 *
 * @returns why there is no result, if there is none
 */
export function toolResponse({ id, status, headers, body }: ToolAnswer): ApiResponse | string {
  const answer = answerOf(id, { headers, body });
  if (answer === undefined) return `the MCP server answered with status ${status} and no MCP message`;
  if ('error' in answer) return protocolError(answer.error);
  const { result } = answer;
  const { resultType = 'complete', isError } = result;
  if (resultType !== 'complete') return 'the tool asks the user for input, which is not supported';
  return { status: isError === true ? TOOL_ERROR : 200, ...contentOf(result) };
}

function protocolError(error: McpError): ApiResponse {
  const status = CALLER_ERRORS.has(error.code) ? 400 : 502;
  return { status, ...json({ error: { ...error } }) };
}

function contentOf(result: JsonObject): Omit<ApiResponse, 'status'> {
  const { content, structuredContent: structured } = result;
  const blocks = (Array.isArray(content) ? content : []).filter(isObject);
  const files = blocks.flatMap((block, index) => fileOf(block, index));
  const text = blocks.flatMap(textOf).join('\n\n');
  const body = isObject(structured) ? structured : undefined;
  if (files.length > 0) return json({ ...(body ?? { text }), openaiFileResponse: files as unknown as JsonValue });
  return body ? json(body) : { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(text) };
}

/** Returns the text of a block: its own, that of an embedded resource, or a link. */
function textOf(block: JsonObject): string[] {
  const { type, resource } = block;
  if (type === 'text') return [stringMember(block, 'text') ?? ''];
  if (type === 'resource' && isObject(resource)) return [stringMember(resource, 'text') ?? []].flat();
  if (type !== 'resource_link') return [];
  const [name = 'resource', uri = ''] = [stringMember(block, 'name'), stringMember(block, 'uri')];
  return [`${name}: ${uri}`];
}

function fileOf(block: JsonObject, index: number): ResultFile[] {
  const { type, resource } = block;
  if (type === 'image' || type === 'audio')
    return file(`${type}-${index + 1}`, stringMember(block, 'mimeType'), stringMember(block, 'data'));
  if (type !== 'resource' || !isObject(resource)) return [];
  const name = stringMember(resource, 'uri')?.split('/').at(-1) || `resource-${index + 1}`;
  return file(name, stringMember(resource, 'mimeType'), stringMember(resource, 'blob'));
}

function file(name: string, type = 'application/octet-stream', content: string | undefined): ResultFile[] {
  return content === undefined ? [] : [{ name, mime_type: type, content }];
}

function json(value: JsonObject): Omit<ApiResponse, 'status'> {
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(stringifyExactly(value)) };
}
