import { isObject, type JsonObject } from '@countersign/openapi';
import { RPC_CODES } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';

export type RequestId = string | number;

/** A message of a client. */
export type ClientMessage =
  | { kind: 'request'; id: RequestId; method: string; params: JsonObject }
  | { kind: 'notification'; method: string; params: JsonObject }
  | { kind: 'response'; id: RequestId; result: JsonObject | undefined };

/**
 * Reads a JSON-RPC message.
 *
 * A batch is rejected: one request of several calls would be one for the rate limits. The revision 2025-03-26 asks servers to accept batches, the
 * later ones removed them.
 *
 * @param body the parsed body
 * @throws {ProtocolError} -32600
 */
export function readMessage(body: unknown): ClientMessage {
  if (Array.isArray(body)) throw invalid('batches are not supported; send one message per request');
  if (!isObject(body) || body['jsonrpc'] !== '2.0') throw invalid('the body must be a JSON-RPC 2.0 message');
  const { id, method, params = {}, result } = body;
  if (!isObject(params)) throw invalid('params must be an object');
  if (typeof method === 'string') {
    if (id === undefined) return { kind: 'notification', method, params };
    return { kind: 'request', id: readId(id), method, params };
  }
  if (method !== undefined || (result === undefined && body['error'] === undefined))
    throw invalid('the message must have a method, a result or an error');
  return { kind: 'response', id: readId(id), result: isObject(result) ? result : undefined };
}

function readId(id: unknown): RequestId {
  if (typeof id === 'string' || Number.isSafeInteger(id)) return id as RequestId;
  throw invalid('id must be a string or an integer');
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(RPC_CODES.invalidRequest, message, 400);
}
