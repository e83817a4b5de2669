import type { CountersignError, HttpRequest } from '../../common/index.js';
import { RPC_CODES } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import type { WithMcp } from '../principals/mcp-admission.js';
import { errorMessage } from './responder.js';

/**
 * Returns the body of the response to a message that could not be parsed: a JSON-RPC error.
 *
 * @returns `undefined` if the request is none of an MCP client, or was not admitted
 */
export function rejectedMessage(request: HttpRequest, error: CountersignError): object | undefined {
  if (!(request as WithMcp).mcp) return undefined;
  const [first] = error.errors;
  if (!first) return errorMessage(null, new ProtocolError(RPC_CODES.parseError, `parse error: ${error.message}`));
  return errorMessage(null, new ProtocolError(RPC_CODES.invalidRequest, `${first.pointer}: ${first.message}`));
}
