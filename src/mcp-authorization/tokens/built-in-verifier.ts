import { Injectable } from '@nestjs/common';
import { addressOf, Clock, type HttpRequest } from '../../common/index.js';
import type { AccessTokenVerifier, McpSettings, VerifiedToken } from '../../mcp/index.js';
import { scopesOf } from '../protocol/scope.js';
import { Authorizations } from '../store/authorizations.js';
import { ACCESS_TOKEN_PREFIX } from './token-response.js';

/** Verifies access tokens of the built-in authorization servers against their grants, without a cache: what has ended is invalid at once. */
@Injectable()
export class BuiltInVerifier implements AccessTokenVerifier {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly clock: Clock,
  ) {}

  async verify(token: string, settings: McpSettings, request: HttpRequest): Promise<VerifiedToken | undefined> {
    if (!token.startsWith(ACCESS_TOKEN_PREFIX)) return undefined;
    const { tenantId, gptId, authorizationVersion } = settings;
    const found = await this.authorizations.findByAccessToken(tenantId, token);
    const now = this.clock.now();
    if (!found || found.token.expiresAt <= now) return undefined;
    const { id, user, status, expiresAt, ...row } = found.authorization;
    const isValid = status === 'granted' && expiresAt > now && row.authorizationVersion === authorizationVersion;
    if (!isValid || row.gptId !== gptId || user === null) return undefined;
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
