import { isObject, type JsonObject } from '@countersign/openapi';
import type { HttpRequest } from '../../common/index.js';
import { elicitationModes, SUPPORTED_VERSIONS, type McpClient } from '../elicitation/client.js';
import { decodeHeaderValue, META_KEYS, RPC_CODES, STATELESS_VERSION } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import type { ClientMessage } from './message.js';

const { protocolVersion: VERSION_KEY, clientCapabilities: CAPABILITIES_KEY } = META_KEYS;

/** Methods whose name parameter is repeated in a header. */
const NAMED_METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get']);

/**
 * Returns the client of a message that belongs to the stateless revision, 2026-07-28: it has the version in its `_meta` or its header, or asks
 * for `server/discover`.
 *
 * Headers must repeat the body: a proxy that decides by the headers must not see another request than this server.
 *
 * @returns `undefined` if the message is of an older revision
 * @throws {ProtocolError} -32020: a header is missing or differs; -32022: the version is not supported; -32602: `_meta` lacks a field
 */
export function statelessClient({ headers }: HttpRequest, message: ClientMessage): McpClient | undefined {
  const params = message.kind === 'response' ? {} : message.params;
  const meta = isObject(params['_meta']) ? params['_meta'] : undefined;
  const version = meta?.[VERSION_KEY];
  const header = headers['mcp-protocol-version'];
  const isDiscovery = message.kind === 'request' && message.method === 'server/discover';
  if (version === undefined && header !== STATELESS_VERSION && !isDiscovery) {
    requireSupported(header);
    return undefined;
  }
  if (header === undefined) throw mismatch('the header MCP-Protocol-Version is missing');
  if (version !== undefined && version !== header)
    throw mismatch(`the header MCP-Protocol-Version is ${quote(header)}, and _meta says ${quote(version)}`);
  if (header !== STATELESS_VERSION) throw unsupported(header, [STATELESS_VERSION]);
  if (message.kind === 'response')
    throw new ProtocolError(RPC_CODES.invalidRequest, 'clients send no responses in this revision', 400);
  if (message.kind === 'request') requireMatchingHeaders(headers, message.method, message.params);
  const capabilities = meta?.[CAPABILITIES_KEY];
  if (message.kind === 'request' && (version === undefined || !isObject(capabilities)))
    throw new ProtocolError(
      RPC_CODES.invalidParams,
      `params._meta must have ${VERSION_KEY}, a string, and ${CAPABILITIES_KEY}, an object`,
      400,
    );
  return {
    era: 'stateless',
    version: STATELESS_VERSION,
    elicitation: elicitationModes(capabilities, STATELESS_VERSION),
  };
}

function requireMatchingHeaders(headers: HttpRequest['headers'], method: string, params: JsonObject): void {
  requireHeader('Mcp-Method', headers['mcp-method'], method);
  if (!NAMED_METHODS.has(method)) return;
  const sent = headers['mcp-name'];
  requireHeader('Mcp-Name', typeof sent === 'string' ? decodeHeaderValue(sent) : sent, params['name']);
}

function requireHeader(name: string, sent: unknown, expected: unknown): void {
  if (sent === undefined) throw mismatch(`the header ${name} is missing`);
  if (sent !== expected) throw mismatch(`the header ${name} is ${quote(sent)}, and the body says ${quote(expected)}`);
}

function requireSupported(header: string | string[] | undefined): void {
  if (header !== undefined && !SUPPORTED_VERSIONS.includes(String(header)))
    throw unsupported(header, SUPPORTED_VERSIONS);
}

/** @param supported the versions with which the client can repeat the request as it is */
function unsupported(requested: unknown, supported: readonly string[]): ProtocolError {
  const data = { supported, requested: String(requested).slice(0, 100) };
  return new ProtocolError(RPC_CODES.unsupportedProtocolVersion, 'unsupported protocol version', 400, data);
}

function mismatch(message: string): ProtocolError {
  return new ProtocolError(RPC_CODES.headerMismatch, message, 400);
}

function quote(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 200));
}
