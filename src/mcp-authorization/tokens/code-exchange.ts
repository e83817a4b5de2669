import { Injectable } from '@nestjs/common';
import { Clock, digest } from '../../common/index.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { hasChallenge } from '../protocol/pkce.js';
import { checkResource } from '../protocol/resource.js';
import { Authorizations } from '../store/authorizations.js';
import { McpAccessToken } from '../store/mcp-access-token.entity.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';
import { REFRESH_TOKEN_LIFETIME_MS, RefreshTokens } from './refresh-tokens.js';
import { actorOf, invalidGrant, isOfCurrentMode, type ClientRequest } from './token-request.js';
import { newAccessToken, tokenResponse, type TokenResponseDto } from './token-response.js';

/** The generation of the first refresh token. */
const FIRST_GENERATION = 1;

/** The grant type `authorization_code` (OAuth 2.1, section 4.1.3). */
@Injectable()
export class CodeExchange {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly refreshTokens: RefreshTokens,
    private readonly clock: Clock,
  ) {}

  /**
   * Redeems a code, once. A code that comes a second time may have been stolen, so the grant that it gave ends (RFC 6749, section 4.1.2).
   *
   * @throws {OAuthError} `invalid_request`, `invalid_grant`, `invalid_target`
   */
  async exchange(request: ClientRequest): Promise<TokenResponseDto> {
    const { server, parameters } = request;
    const code = parameters.require('code');
    const row = await this.authorizations.findByCode(server.settings.tenantId, server.settings.gptId, code);
    if (!row) throw invalidGrant('code');
    if (row.status === 'granted') return this.endReplayed(row, request);
    this.check(row, request);
    const access = newAccessToken(row.id, row.scope, this.clock);
    const refreshToken = await this.refreshTokens.issue(row, FIRST_GENERATION);
    const changes = {
      status: 'granted' as const,
      generation: FIRST_GENERATION,
      consentKeyDigest: null,
      state: null,
      expiresAt: this.clock.in(REFRESH_TOKEN_LIFETIME_MS),
    };
    const expected = { status: 'approved' as const, codeDigest: digest(code) };
    const isFirst = await this.authorizations.change(row, expected, changes, async (store) => {
      await store.insert(McpAccessToken, [access.row]);
      await this.authorizations.record(store, row, 'granted', actorOf(row, request), { scope: row.scope });
    });
    if (!isFirst) return this.endReplayed(row, request);
    return tokenResponse(access, refreshToken);
  }

  private check(row: McpAuthorization, { server, parameters }: ClientRequest): void {
    const clientId = parameters.require('client_id');
    const verifier = parameters.require('code_verifier');
    checkResource(parameters.all('resource'), server.issuer);
    const isCurrent = row.status === 'approved' && row.codeExpiresAt !== null && row.codeExpiresAt > this.clock.now();
    if (!isCurrent || !isOfCurrentMode(row, server) || clientId !== row.clientId) throw invalidGrant('code');
    if ((parameters.get('redirect_uri') ?? row.redirectUri) !== row.redirectUri)
      throw new OAuthError('invalid_grant', 'the redirect_uri is not the one of the authorization request');
    if (!hasChallenge(verifier, row.codeChallenge))
      throw new OAuthError('invalid_grant', 'the code_verifier does not match the code_challenge');
  }

  private async endReplayed(row: McpAuthorization, request: ClientRequest): Promise<never> {
    await this.authorizations.end(row, actorOf(row, request), 'the authorization code was used twice');
    throw invalidGrant('code');
  }
}
