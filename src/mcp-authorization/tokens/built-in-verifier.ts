import { Injectable } from '@nestjs/common';
import { addressOf, Clock, type HttpRequest } from '../../common/index.js';
import type { AccessTokenVerifier, McpSettings, VerifiedToken } from '../../mcp/index.js';
import { scopesOf } from '../protocol/scope.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { Authorizations } from '../store/authorizations.js';
import { ACCESS_TOKEN_PREFIX } from './token-response.js';

/** Verifies access tokens of the built-in authorization servers against their grants, without a cache: what has ended is invalid at once. */
@Injectable()
export class BuiltInVerifier implements AccessTokenVerifier {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly servers: BuiltInServers,
    private readonly clock: Clock,
  ) {}

  async verify(
    token: string,
    { tenantId, gptId }: McpSettings,
    request: HttpRequest,
  ): Promise<VerifiedToken | undefined> {
    if (!token.startsWith(ACCESS_TOKEN_PREFIX)) return undefined;
    const found = await this.authorizations.findByAccessToken(tenantId, token);
    const now = this.clock.now();
    if (!found || found.token.expiresAt <= now) return undefined;
    const { id, user, status, expiresAt, ...row } = found.authorization;
    if (status !== 'granted' || expiresAt <= now || row.gptId !== gptId || user === null) return undefined;
    // The settings that the endpoint has may be some seconds old, if another replica has changed them.
    const server = await this.servers.find(gptId);
    if (server?.settings.authorizationVersion !== row.authorizationVersion) return undefined;
    const caller = { tenantId, role: 'runtime', keyId: id, gptIds: [gptId] } as const;
    return {
      principal: {
        kind: 'grant',
        id,
        caller: { ...caller, requestId: request.id, address: addressOf(request) },
        user,
      },
      scopes: scopesOf(found.token.scope),
    };
  }
}
