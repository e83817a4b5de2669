import { ApiProperty } from '@nestjs/swagger';
import { digest, randomSecret, type Clock } from '../../common/index.js';
import type { McpAccessToken } from '../store/mcp-access-token.entity.js';

const ACCESS_TOKEN_LIFETIME_SECONDS = 900;

/** Tells access tokens from API keys and user tokens. */
export const ACCESS_TOKEN_PREFIX = 'cs_at_';

/** A token response (RFC 6749, section 5.1). */
export class TokenResponseDto {
  @ApiProperty({ description: 'Opaque' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'] })
  token_type!: 'Bearer';

  @ApiProperty({ example: ACCESS_TOKEN_LIFETIME_SECONDS, description: 'Seconds' })
  expires_in!: number;

  @ApiProperty({ description: 'Replaces the refresh token of the request' })
  refresh_token!: string;

  @ApiProperty({ example: 'mcp' })
  scope!: string;
}

/** A new access token, and the row that stores its digest. */
export interface NewAccessToken {
  text: string;
  row: Omit<McpAccessToken, 'tenantId'>;
}

export function newAccessToken(authorizationId: string, scope: string, clock: Clock): NewAccessToken {
  const text = `${ACCESS_TOKEN_PREFIX}${randomSecret()}`;
  const expiresAt = clock.in(ACCESS_TOKEN_LIFETIME_SECONDS * 1000);
  return { text, row: { digest: digest(text), authorizationId, scope, expiresAt } };
}

export function tokenResponse({ text, row: { scope } }: NewAccessToken, refreshToken: string): TokenResponseDto {
  return {
    access_token: text,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFETIME_SECONDS,
    refresh_token: refreshToken,
    scope,
  };
}
