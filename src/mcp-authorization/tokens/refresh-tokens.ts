import { Injectable } from '@nestjs/common';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { McpSettings } from '../../mcp/index.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';

/** A grant ends when its refresh token was not used for so long. */
export const REFRESH_TOKEN_LIFETIME_MS = 90 * 86_400_000;

/** A genuine refresh token, which may have been replaced. */
export interface RefreshToken {
  authorizationId: string;
  /** Incremented by each rotation. */
  generation: number;
}

/**
 * Refresh tokens. They are sealed and name the generation of their grant, so that a replaced one is recognized as long as the grant exists, and
 * no row is stored for it.
 */
@Injectable()
export class RefreshTokens {
  constructor(private readonly tokens: SealedTokens) {}

  issue({ tenantId, gptId, id }: McpAuthorization, generation: number): Promise<string> {
    const content: RefreshToken = { authorizationId: id, generation };
    return this.tokens.seal(scopeOf({ tenantId, gptId }), content, REFRESH_TOKEN_LIFETIME_MS);
  }

  /** @returns `undefined` if the token was not issued for the GPT, or has expired */
  open(settings: McpSettings, token: string): Promise<RefreshToken | undefined> {
    return this.tokens.open<RefreshToken>(scopeOf(settings), token);
  }
}

function scopeOf({ tenantId, gptId }: Pick<McpSettings, 'tenantId' | 'gptId'>): TokenScope {
  return { tenantId, use: 'mcp.refresh', boundTo: [gptId] };
}
