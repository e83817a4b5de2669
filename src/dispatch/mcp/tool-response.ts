import { isObject, stringifyExactly, stringMember, type JsonObject, type JsonValue } from '@countersign/openapi';
import { CountersignError } from '../../common/index.js';
import type { EgressResponse } from '../../egress/index.js';
import type { McpError, McpResponse } from '../../mcp-client/index.js';

/** The status of a tool's own error (`isError`). The call reached the tool, which refused it or failed. */
const TOOL_ERROR = 422;

/** Errors of JSON-RPC that the request causes: invalid request, method and parameters. */
const CALLER_ERRORS: ReadonlySet<number> = new Set([-32600, -32601, -32602]);

/** A file of a result, as responses of APIs contain files. */
interface ResultFile {
  name: string;
  mime_type: string;
  content: string;
}

/**
 * Converts the answer to `tools/call` into the response of an API, which all that reads responses understands:
 *
 * - `structuredContent` becomes a JSON body, other results a text
 * - images, audio and binary resources become files
 * - `isError` becomes status 422, and an error of the protocol 400 or 502
 *
 * Other responses of the server, such as 401, are returned as they are.
 *
 * @throws {CountersignError} `upstream_invalid`: there is no answer, or one that needs a client with other capabilities
 */
export function toolResponse({ response, answer }: McpResponse): EgressResponse {
  const { 'mcp-session-id': _, ...headers } = response.headers;
  if (response.status >= 400) return { ...response, headers };
  if (response.truncated) throw invalid('the result of the tool is too large');
  if (answer === undefined) throw invalid('the MCP server sent no answer');
  if ('error' in answer) return protocolError(response, answer.error);
  const { result } = answer;
  const { resultType = 'complete', isError } = result;
  if (resultType !== 'complete') throw invalid('the tool asks the user for input, which is not supported');
  return { ...response, status: isError === true ? TOOL_ERROR : 200, ...contentOf(result) };
}

function protocolError(response: EgressResponse, error: McpError): EgressResponse {
  const status = CALLER_ERRORS.has(error.code) ? 400 : 502;
  return { ...response, status, ...json({ error: { ...error } }) };
}

function contentOf(result: JsonObject): Pick<EgressResponse, 'headers' | 'body'> {
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

function json(value: JsonObject): Pick<EgressResponse, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(stringifyExactly(value)) };
}

function invalid(message: string): CountersignError {
  return new CountersignError('upstream_invalid', message);
}
