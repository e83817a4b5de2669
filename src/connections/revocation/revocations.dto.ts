import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';
import { CONNECTION_STATUSES, type ConnectionStatus } from '../store/connection.entity.js';
import type { ItemCounts } from './store/item-counts.js';
import type { Revocation } from './store/revocation.entity.js';
import type { RevocationScope } from './revoker.js';

/** All given fields must match: `action_id` and `user` select one user's connections of one action. */
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

  @ApiPropertyOptional({ example: 'user-', description: 'Ends only connections of users whose id has this prefix' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user_prefix?: string;

  @ApiPropertyOptional({
    enum: CONNECTION_STATUSES,
    description: 'Ends only connections with this status. Revoked connections are never ended again',
  })
  @IsOptional()
  @IsIn(CONNECTION_STATUSES)
  status?: ConnectionStatus;

  @ApiPropertyOptional({
    enum: [true],
    description:
      'Confirms ending all connections of the tenant if no action, GPT or user is given. Requires an admin key',
  })
  @IsOptional()
  @Equals(true)
  all?: true;

  @ApiPropertyOptional({
    default: false,
    description: 'Counts the connections that would be disconnected; changes nothing',
  })
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean;
}

export class CountedConnectionsDto {
  @ApiProperty({ example: 3, description: 'Number of connections that the same call without `dry_run` would end' })
  count!: number;
}

export class RevokedConnectionsDto {
  @ApiProperty({ example: 3, description: 'Number of connections ended by this call' })
  revoked!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'rev-3vq8cm2xk5dn7r9wyb4tz6ha5e',
    description: 'The revocation that tracks the progress at the providers; `null` if no connection was ended',
  })
  revocation_id!: string | null;
}

class ProviderProgressDto implements ItemCounts {
  @ApiProperty({ example: 120, description: 'Waiting for the first attempt or a retry' })
  pending!: number;

  @ApiProperty({ example: 2380 })
  confirmed!: number;

  @ApiProperty({ example: 0, description: 'Given up after the last attempt; each has an audit event' })
  failed!: number;
}

export class RevocationDto {
  @ApiProperty({ example: 'rev-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({
    enum: ['running', 'done'],
    description: '`done` once every connection was reached and no item is pending',
  })
  status!: 'running' | 'done';

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
    example: { gpt_id: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' },
    description: 'The filter of the connections to end',
  })
  scope!: Record<string, string | boolean>;

  @ApiProperty({ example: 2500, description: 'Number of connections ended. They ended before the response was sent' })
  revoked!: number;

  @ApiProperty({ description: 'Progress for connections whose provider has a `revocation_url`' })
  provider!: ProviderProgressDto;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;
}

export function revocationView(row: Revocation, provider: ItemCounts): RevocationDto {
  return {
    id: row.id,
    status: provider.pending > 0 || row.pendingScopeId !== null ? 'running' : 'done',
    scope: row.scope,
    revoked: row.total,
    provider,
    created_at: row.createdAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}
