import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';
import type { ConnectionStatus } from '../connection.entity.js';
import { STATUSES } from '../connections.dto.js';
import type { ItemCounts } from './item-counts.js';
import type { Revocation } from './revocation.entity.js';
import type { RevocationScope } from './revoker.js';

/** What is named is combined: a user's connections of one action, for example. */
export class RevokeConnectionsDto implements RevocationScope {
  @ApiPropertyOptional({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  action_id?: string;

  @ApiPropertyOptional({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  gpt_id?: string;

  @ApiPropertyOptional({ example: 'user-17' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user?: string;

  @ApiPropertyOptional({ example: 'user-', description: 'Of all that is named, only users whose id begins so' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user_prefix?: string;

  @ApiPropertyOptional({
    enum: STATUSES,
    description: 'Of all that is named, only those; none that has ended ends again',
  })
  @IsOptional()
  @IsIn(STATUSES)
  status?: ConnectionStatus;

  @ApiPropertyOptional({
    enum: [true],
    description: 'All of the tenant, where no action, GPT or user is named; for admin keys',
  })
  @IsOptional()
  @Equals(true)
  all?: true;

  @ApiPropertyOptional({ default: false, description: 'Only count what would be disconnected; nothing is changed' })
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean;
}

export class CountedConnectionsDto {
  @ApiProperty({ example: 3, description: 'How many connections the same call without `dry_run` would end' })
  count!: number;
}

export class RevokedConnectionsDto {
  @ApiProperty({ example: 3, description: 'How many connections this call ended' })
  revoked!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'rev-3vq8cm2xk5dn7r9wyb4tz6ha5e',
    description: 'Where to see how far their providers have been told; `null` where there was nothing to end',
  })
  revocation_id!: string | null;
}

class ProviderProgressDto implements ItemCounts {
  @ApiProperty({ example: 120, description: 'Still to be told, or to be told again' })
  pending!: number;

  @ApiProperty({ example: 2380 })
  confirmed!: number;

  @ApiProperty({ example: 0, description: 'Given up; each is in the audit log' })
  failed!: number;
}

export class RevocationDto {
  @ApiProperty({ example: 'rev-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ enum: ['running', 'done'], description: '`done` once no provider is left to be told' })
  status!: 'running' | 'done';

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
    example: { gpt_id: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' },
    description: 'What was to end',
  })
  scope!: Record<string, string | boolean>;

  @ApiProperty({ example: 2500, description: 'How many connections ended, all of them when the command was answered' })
  revoked!: number;

  @ApiProperty({ description: 'Connections whose provider has a `revocation_url`' })
  provider!: ProviderProgressDto;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;
}

export function revocationView(row: Revocation, provider: ItemCounts): RevocationDto {
  return {
    id: row.id,
    status: provider.pending > 0 ? 'running' : 'done',
    scope: row.scope,
    revoked: row.total,
    provider,
    created_at: row.createdAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}
