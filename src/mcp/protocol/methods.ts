import { isObject, type JsonObject } from '@countersign/openapi';
import {
  HANDSHAKE_VERSIONS,
  IMPLEMENTATION,
  META_KEYS,
  STATELESS_VERSION,
  type HandshakeVersion,
} from '../../mcp-protocol/index.js';
import { elicitationModes } from '../elicitation/client.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import type { ToolCall } from '../tools/exchange.js';
import type { Agreed } from './sessions.js';

/** How long clients may cache lists and the discovery. */
const TTL_MS = 60_000;

const MAX_NAME_CHARACTERS = 2000;

const CAPABILITIES = { tools: {} };

/** Lists are different for every credential. */
export const CACHE_HINTS = { ttlMs: TTL_MS, cacheScope: 'private' } as const;

/** @param title the name of the GPT */
export function serverInfo(title: string): object {
  return { ...IMPLEMENTATION, title };
}

/** Returns the result of `server/discover` (2026-07-28). */
export function discoverResult(title: string): Record<string, unknown> {
  return {
    supportedVersions: [STATELESS_VERSION],
    capabilities: CAPABILITIES,
    ...CACHE_HINTS,
    _meta: { [META_KEYS.serverInfo]: serverInfo(title) },
  };
}

/** Reads the parameters of `initialize` and negotiates: the client's revision if this server speaks it, otherwise the newest. */
export function agreeWith({ protocolVersion, capabilities }: JsonObject): Agreed {
  if (typeof protocolVersion !== 'string') throw ProtocolError.invalidParams('protocolVersion must be a string');
  const version: HandshakeVersion =
    HANDSHAKE_VERSIONS.find((each) => each === protocolVersion) ?? HANDSHAKE_VERSIONS[0];
  return { version, elicitation: elicitationModes(capabilities, version) };
}

/** Returns the result of `initialize`. */
export function initializeResult({ version }: Agreed, title: string): Record<string, unknown> {
  return { protocolVersion: version, capabilities: CAPABILITIES, serverInfo: serverInfo(title) };
}

/** Reads the parameters of `tools/call`. @throws {ProtocolError} -32602 */
export function readToolCall({ name, arguments: args, inputResponses, requestState }: JsonObject): ToolCall {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_CHARACTERS)
    throw ProtocolError.invalidParams('params.name must be the name of a tool');
  const given = args ?? {};
  if (!isObject(given)) throw ProtocolError.invalidParams('params.arguments must be an object');
  if (inputResponses !== undefined && !isObject(inputResponses))
    throw ProtocolError.invalidParams('params.inputResponses must be an object');
  return { name, args: given, inputResponses: inputResponses ?? {}, requestState };
}
