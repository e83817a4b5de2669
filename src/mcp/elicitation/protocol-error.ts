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

/** A request that is answered with a JSON-RPC error. Its message is for the developers of clients. */
export class ProtocolError extends Error {
  /**
   * @param code one of {@link RPC_CODES}
   * @param status of the HTTP response
   */
  constructor(
    readonly code: number,
    message: string,
    readonly status = 200,
    readonly data?: unknown,
  ) {
    super(message);
    this.name = 'ProtocolError';
  }

  static invalidParams(message: string): ProtocolError {
    return new ProtocolError(RPC_CODES.invalidParams, message);
  }
}
