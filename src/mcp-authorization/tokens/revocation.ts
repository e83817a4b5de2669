import { Injectable } from '@nestjs/common';
import { OAuthError } from '../protocol/oauth-error.js';
import { Authorizations } from '../store/authorizations.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';
import { RefreshTokens } from './refresh-tokens.js';
import { actorOf, type ClientRequest } from './token-request.js';

/** Token revocation (RFC 7009). */
@Injectable()
export class Revocation {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  /**
   * Ends an access token, or with a refresh token the whole grant. An unknown token is no error (section 2.2).
   *
   * @throws {OAuthError} `invalid_request`; `invalid_client`: the token was issued to another client (section 2.1)
   */
  async revoke(request: ClientRequest): Promise<void> {
    const { tenantId, gptId } = request.server.settings;
    const token = request.parameters.require('token');
    const clientId = request.parameters.require('client_id');
    const refreshToken = await this.refreshTokens.open(request.server.settings, token);
    if (refreshToken) {
      const row = await this.authorizations.find(tenantId, refreshToken.authorizationId);
      if (!row) return;
      requireClient(row, clientId);
      await this.authorizations.end(row, actorOf(row, request), 'the client revoked its refresh token');
      return;
    }
    const found = await this.authorizations.findByAccessToken(tenantId, token);
    if (found?.authorization.gptId !== gptId) return;
    requireClient(found.authorization, clientId);
    await this.authorizations.deleteAccessToken(found.token);
  }
}

function requireClient(row: McpAuthorization, clientId: string): void {
  if (row.clientId !== clientId) throw new OAuthError('invalid_client', 'the token was issued to another client');
}
