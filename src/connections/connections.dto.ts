import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { ConnectionValues } from '../oauth/index.js';
import { IsUnambiguousText, UserPageQuery } from '../common/index.js';
import { needsConsent } from './needs-consent.js';
import { CONNECTION_STATUSES, type Connection, type ConnectionStatus } from './store/connection.entity.js';

export class ConnectionQuery extends UserPageQuery {
  @ApiPropertyOptional({ example: 'user-', description: 'A prefix of the id of the end user' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user_prefix?: string;

  @ApiPropertyOptional({ enum: CONNECTION_STATUSES })
  @IsOptional()
  @IsIn(CONNECTION_STATUSES)
  status?: ConnectionStatus;
}

export class ConnectionDto {
  @ApiProperty({ example: 'conn-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'user-17' })
  user!: string;

  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  gpt_id!: string;

  @ApiProperty({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  action_id!: string;

  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ enum: CONNECTION_STATUSES })
  status!: ConnectionStatus;

  @ApiProperty({ type: String, nullable: true, example: 'notes:read notes:write' })
  scope!: string | null;

  @ApiProperty({
    description: 'Whether the schema asks for more scope than the sign-in asked for. Another sign-in grants it',
  })
  needs_consent!: boolean;

  @ApiProperty({ example: 'Bearer' })
  token_type!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_refreshed_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Precise to the minute' })
  last_used_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { instance_host: 'acme.my.salesforce.com' },
    description: 'Values of the sign-in (`connection_values` of the schema); only for admins, and not in lists',
  })
  values?: ConnectionValues;
}

/** @param authSettings the settings of the action's authentication schema */
export function connectionView(row: Connection, authSettings: Record<string, unknown> = {}): ConnectionDto {
  return {
    id: row.id,
    user: row.user,
    gpt_id: row.gptId,
    action_id: row.actionId,
    domain: row.domain,
    status: row.status,
    scope: row.scope,
    needs_consent: row.requestedScope !== null && needsConsent(authSettings, row.requestedScope),
    token_type: row.tokenType,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_refreshed_at: row.lastRefreshedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}
