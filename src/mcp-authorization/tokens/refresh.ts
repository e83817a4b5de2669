import { Injectable } from '@nestjs/common';
import { Clock, type HttpReply } from '../../common/index.js';
import { isClientHost } from '../protocol/client-hosts.js';
import { checkResource } from '../protocol/resource.js';
import { grantScope, scopesOf } from '../protocol/scope.js';
import { ClientLimits } from '../servers/client-limits.js';
import { Authorizations } from '../store/authorizations.js';
import { McpAccessToken } from '../store/mcp-access-token.entity.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';
import { REFRESH_TOKEN_LIFETIME_MS, RefreshTokens } from './refresh-tokens.js';
import { actorOf, invalidGrant, isOfCurrentMode, type ClientRequest } from './token-request.js';
import { newAccessToken, tokenResponse, type TokenResponseDto } from './token-response.js';

/** How long a replaced refresh token stays valid, for clients that did not get the response, and for concurrent refreshes. */
const GRACE_MS = 30_000;

/** The grant type `refresh_token` (OAuth 2.1, section 4.3). */
@Injectable()
export class Refresh {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly refreshTokens: RefreshTokens,
    private readonly limits: ClientLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * Issues an access token and a refresh token of the next generation. The predecessor of the current refresh token is valid for 30 seconds and
   * gives another token of the current generation. An older one was stolen, or its successor was: the grant ends (RFC 9700, section 4.14.2).
   *
   * @throws {OAuthError} `invalid_request`, `invalid_grant`, `invalid_scope`, `invalid_target`
   */
  async refresh(request: ClientRequest, reply: HttpReply): Promise<TokenResponseDto> {
    const { server, parameters } = request;
    const token = await this.refreshTokens.open(server.settings, parameters.require('refresh_token'));
    const clientId = parameters.require('client_id');
    checkResource(parameters.all('resource'), server.issuer);
    const row = token && (await this.find(request, token.authorizationId));
    if (!token || row?.clientId !== clientId) throw invalidGrant('refresh token');
    if (!isClientHost(row.redirectUri, server.settings.clientHosts)) throw invalidGrant('refresh token');
    await this.limits.takeRefresh(reply, row.id);
    const scope = grantScope(parameters.get('scope'), scopesOf(row.scope));
    const generation = await this.rotate(row, token.generation, request);
    const access = newAccessToken(row.id, scope, this.clock);
    const refreshToken = await this.refreshTokens.issue(row, generation);
    const isStored = await this.authorizations.change(
      row,
      { status: 'granted' },
      { expiresAt: this.clock.in(REFRESH_TOKEN_LIFETIME_MS) },
      (store) => store.insert(McpAccessToken, [access.row]),
    );
    if (!isStored) throw invalidGrant('refresh token');
    return tokenResponse(access, refreshToken);
  }

  /** Returns the generation that follows a token's. @throws {OAuthError} `invalid_grant`: the token was replaced too long ago */
  private async rotate(row: McpAuthorization, used: number, request: ClientRequest): Promise<number> {
    const next = used + 1;
    if (row.generation === used) {
      const changes = { generation: next, rotatedAt: this.clock.now() };
      if (await this.authorizations.change(row, { status: 'granted', generation: used }, changes)) return next;
      // Another request has used the token at the same time.
      const current = await this.find(request, row.id);
      if (!current) throw invalidGrant('refresh token');
      return this.rotate(current, used, request);
    }
    const graceEnd = (row.rotatedAt?.getTime() ?? 0) + GRACE_MS;
    if (row.generation === next && this.clock.now().getTime() <= graceEnd) return next;
    await this.authorizations.end(row, actorOf(row, request), 'a refresh token was used after it had been replaced');
    throw invalidGrant('refresh token');
  }

  private async find({ server }: ClientRequest, id: string): Promise<McpAuthorization | undefined> {
    const row = await this.authorizations.find(server.settings.tenantId, id);
    const isUsable = row?.status === 'granted' && isOfCurrentMode(row, server) && row.expiresAt > this.clock.now();
    return isUsable ? row : undefined;
  }
}
