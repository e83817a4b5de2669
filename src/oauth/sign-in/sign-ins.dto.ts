import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import type { SignIn, SignInStatus } from './sign-in.entity.js';

export class SignInQuery {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 55,
    default: 0,
    description: 'Seconds to wait for the end of the sign-in',
  })
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(55)
  wait: number = 0;
}

class SignInErrorDto {
  @ApiProperty({ example: 'invalid_client' })
  code!: string;

  @ApiProperty({ example: 'the provider refused: invalid_client' })
  message!: string;
}

const STATUSES = ['pending', 'awaiting_verification', 'connected', 'denied', 'failed', 'expired'] as const;

export class SignInDto {
  @ApiProperty({ example: 'si-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ enum: STATUSES })
  status!: SignInStatus | 'expired';

  @ApiProperty({ type: SignInErrorDto, nullable: true })
  error!: SignInErrorDto | null;

  @ApiProperty({ type: String, nullable: true, example: 'conn-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  connection_id!: string | null;

  @ApiProperty({ example: 'user-17' })
  user!: string;

  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  gpt_id!: string;

  @ApiProperty({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  action_id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

export function signInView(row: SignIn, now: Date): SignInDto {
  return {
    id: row.id,
    status: row.status === 'pending' && row.expiresAt <= now ? 'expired' : row.status,
    error: row.errorCode ? { code: row.errorCode, message: row.errorMessage ?? '' } : null,
    connection_id: row.connectionId,
    user: row.user,
    gpt_id: row.gptId,
    action_id: row.actionId,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}
