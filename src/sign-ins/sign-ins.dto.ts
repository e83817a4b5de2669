import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsUnambiguousText, UserPageQuery } from '../common/index.js';
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

/** Which sign-ins, newest first unless `order` says otherwise. */
export class SignInListQuery extends UserPageQuery {
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: SignInDto['status'];

  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'desc', description: 'Oldest first, or newest' })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';
}

/** A sign-in as lists show it. */
export class ListedSignInDto extends SignInDto {
  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'client_refused',
    description: 'What its trace says is wrong, as long as that is kept',
  })
  diagnosis_code!: string | null;
}

export class VerifySignInDto {
  @ApiProperty({ example: 'user-17', description: 'Who is signed in to your own service in that browser' })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiProperty({ description: 'As it came with the browser in the query of `user_verification_url`' })
  @IsString()
  @Length(1, 255)
  browser_token!: string;
}

export class VerifiedSignInDto extends SignInDto {
  @ApiProperty({
    format: 'uri',
    example: 'https://chat.acme.example/back?sign_in=si-…&status=connected',
    description: 'Where to send the browser now: the return_url, or the page that tells how it ended',
  })
  redirect_url!: string;
}

/** Not ended yet. */
export function isOpen(status: SignInStatus | 'expired'): boolean {
  return status === 'pending' || status === 'awaiting_verification';
}

export function signInView(row: SignIn, now: Date): SignInDto {
  return {
    id: row.id,
    status: isOpen(row.status) && row.expiresAt <= now ? 'expired' : row.status,
    error: row.errorCode ? { code: row.errorCode, message: row.errorMessage ?? '' } : null,
    connection_id: row.connectionId,
    user: row.user,
    gpt_id: row.gptId,
    action_id: row.actionId,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}
