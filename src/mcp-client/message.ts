import { isObject, parseJsonExactly, stringifyExactly, type JsonObject, type JsonValue } from '@countersign/openapi';

/** A request to an MCP server. */
export interface McpRequest {
  method: string;
  params: JsonObject;
}

/** What an MCP server answers to a request (JSON-RPC 2.0, section 5). */
export type McpAnswer = { result: JsonObject } | { error: McpError };

export interface McpError {
  code: number;
  message: string;
  data?: JsonValue;
}

/** Writes a request. Numbers keep their digits. @param id was not used before in the same session */
export function writeRequest(id: number, { method, params }: McpRequest): string {
  return stringifyExactly({ jsonrpc: '2.0', id, method, params });
}

export function writeNotification(method: string): string {
  return JSON.stringify({ jsonrpc: '2.0', method });
}

/** Reads the answer to a request. @returns `undefined` for other messages and for texts that are no messages */
export function readAnswer(id: number, text: string): McpAnswer | undefined {
  const message = parsed(text);
  // The id is null if the server could not read that of the request.
  if (!isObject(message) || (message['id'] !== id && message['id'] !== null) || message['method'] !== undefined)
    return undefined;
  const { result, error } = message;
  if (isObject(result)) return { result };
  if (!isObject(error)) return undefined;
  const { code, message: words, data } = error;
  return {
    error: {
      code: typeof code === 'number' ? code : 0,
      message: typeof words === 'string' ? words : 'no message',
      ...(data !== undefined && { data }),
    },
  };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined; // the server sent something else
  }
}
