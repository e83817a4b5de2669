/** The revision without sessions, whose requests carry their version and capabilities. */
export const STATELESS_VERSION = '2026-07-28';

/** The revisions that begin with `initialize`, newest first. */
export const HANDSHAKE_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;
export type HandshakeVersion = (typeof HANDSHAKE_VERSIONS)[number];

/** The keys of `_meta` in requests and results of the stateless revision. */
export const META_KEYS = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const;

/** How this server names itself, as a server and as a client. */
export const IMPLEMENTATION = { name: 'countersign', version: '1' } as const;

/** Codes of JSON-RPC errors: those of JSON-RPC 2.0, section 5.1, and of the MCP revisions that this server speaks. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  /** Revisions until 2025-11-25: the session has ended. */
  sessionNotFound: -32001,
  /** 2026-07-28: a header does not match the body, or is missing. */
  headerMismatch: -32020,
  /** 2026-07-28 */
  unsupportedProtocolVersion: -32022,
  /** 2025-11-25 only; 2026-07-28 forbids it. */
  urlElicitationRequired: -32042,
} as const;

/** A header value that is not plain ASCII, as UTF-8 in base64 (2026-07-28, Transports). */
const ENCODED = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

export function encodeHeaderValue(value: string): string {
  const isPlain = PLAIN.test(value) && !ENCODED.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

export function decodeHeaderValue(value: string): string {
  const [, base64] = ENCODED.exec(value) ?? [];
  return base64 === undefined ? value : Buffer.from(base64, 'base64').toString();
}
