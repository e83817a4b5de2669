import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText, UserPageQuery } from '../common/index.js';
import type { Connection, ConnectionStatus } from './connection.entity.js';

export const STATUSES = ['active', 'reconnect_required', 'revoked'] as const;

export class ConnectionQuery extends UserPageQuery {
  @ApiPropertyOptional({ example: 'user-', description: 'How the id of the end user begins' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user_prefix?: string;

  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
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

  @ApiProperty({ enum: STATUSES })
  status!: ConnectionStatus;

  @ApiProperty({ type: String, nullable: true, example: 'notes:read notes:write' })
  scope!: string | null;

  @ApiProperty({ example: 'Bearer' })
  token_type!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_refreshed_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute' })
  last_used_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export function connectionView(row: Connection): ConnectionDto {
  return {
    id: row.id,
    user: row.user,
    gpt_id: row.gptId,
    action_id: row.actionId,
    domain: row.domain,
    status: row.status,
    scope: row.scope,
    token_type: row.tokenType,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_refreshed_at: row.lastRefreshedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}
