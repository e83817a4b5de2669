import { RPC_CODES } from '../../mcp-protocol/index.js';

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
