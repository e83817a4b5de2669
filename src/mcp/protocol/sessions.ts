import { Injectable } from '@nestjs/common';
import { digest, type HttpRequest } from '../../common/index.js';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { McpPrincipal } from '../principals/access-tokens.js';
import { NO_ELICITATION, type ElicitationModes, type McpClient } from '../elicitation/client.js';
import { HANDSHAKE_VERSIONS, RPC_CODES, type HandshakeVersion } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';

const LIFETIME_MS = 86_400_000;

/** Assumed for clients that do not send `MCP-Protocol-Version` (2025-06-18, Transports). */
const ASSUMED_VERSION: HandshakeVersion = '2025-03-26';

/** What `initialize` has agreed. */
export interface Agreed {
  version: HandshakeVersion;
  elicitation: ElicitationModes;
}

/**
 * Sessions of the revisions that begin with `initialize`. The client keeps them: a session id is what was agreed, sealed and bound to the GPT and
 * the principal, so that no replica has to store it. It identifies the client's capabilities and grants nothing.
 */
@Injectable()
export class McpSessions {
  constructor(private readonly tokens: SealedTokens) {}

  open(gptId: string, principal: McpPrincipal, agreed: Agreed): Promise<string> {
    return this.tokens.seal(scopeOf(gptId, principal), agreed, LIFETIME_MS);
  }

  /**
   * Returns the client of a request. Without a session id, it is a client without capabilities.
   *
   * @throws {ProtocolError} -32001 with status 404: the session has ended, or is not the principal's
   */
  async clientOf({ headers }: HttpRequest, gptId: string, principal: McpPrincipal): Promise<McpClient> {
    const { 'mcp-session-id': id, 'mcp-protocol-version': sent } = headers;
    if (typeof id !== 'string') {
      const version = HANDSHAKE_VERSIONS.find((each) => each === sent) ?? ASSUMED_VERSION;
      return { era: 'handshake', version, elicitation: NO_ELICITATION };
    }
    const agreed = await this.tokens.open<Agreed>(scopeOf(gptId, principal), id);
    if (!agreed)
      throw new ProtocolError(RPC_CODES.sessionNotFound, 'session not found; begin a new one with initialize', 404);
    return { era: 'handshake', ...agreed, sessionId: digest(id) };
  }
}

function scopeOf(gptId: string, { kind, id, user, caller }: McpPrincipal): TokenScope {
  const boundTo = [gptId, kind, id, ...(user === undefined ? [] : [user])];
  return { tenantId: caller.tenantId, use: 'mcp.session', boundTo };
}
