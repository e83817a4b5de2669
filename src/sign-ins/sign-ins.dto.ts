import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsUnambiguousText, UserPageQuery } from '../common/index.js';
import { statusAt, type VisibleStatus } from './flow/sign-in-status.js';
import type { OfferReason, SignIn } from './flow/sign-in.entity.js';

export class SignInQuery {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 55,
    default: 0,
    description:
      'Maximum number of seconds to wait for the sign-in to end. At most 200 requests of a key and 1,000 of a tenant wait; the response to others comes at once',
  })
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(55)
  wait: number = 0;
}

const REASONS: OfferReason[] = ['not_connected', 'expired', 'revoked', 'scope', 'requested'];

/** A sign-in without a call. */
export class CreateSignInDto {
  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  @IsString()
  @Length(1, 40)
  gpt_id!: string;

  @ApiProperty({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: 'An action of the GPT whose users sign in' })
  @IsString()
  @Length(1, 40)
  action_id!: string;

  @ApiProperty({ example: 'user-17', description: "The tenant's own id of the end user who will sign in" })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://chat.acme.example/settings',
    description:
      "Where the browser is redirected after the sign-in. Its origin must be one of the tenant's `return_url_origins`",
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  return_url?: string;

  @ApiPropertyOptional({
    example: 'notes:read',
    description:
      "The scope to request at the provider instead of the schema's, separated by spaces. Every scope must be one of the schema's",
  })
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  scope?: string;
}

/** A sign-in link for a caller to show to its user. */
export class SignInOfferDto {
  @ApiProperty({ example: 'si-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'https://countersign.example.com/signin/…' })
  url!: string;

  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ example: 'Sign in to api.example.com' })
  label!: string;

  @ApiProperty({ enum: REASONS, description: '`requested`: the sign-in was created without a call' })
  reason!: OfferReason;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
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
  status!: VisibleStatus;

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

/** Filters and order of the list of sign-ins. */
export class SignInListQuery extends UserPageQuery {
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: SignInDto['status'];

  @ApiPropertyOptional({
    enum: ['asc', 'desc'],
    default: 'desc',
    description: '`asc`: oldest first; `desc`: newest first',
  })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';
}

/** A sign-in in a list. */
export class ListedSignInDto extends SignInDto {
  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'client_refused',
    description: 'Code of the last diagnosis in its trace, until the trace is deleted',
  })
  diagnosis_code!: string | null;
}

export class VerifySignInDto {
  @ApiProperty({
    example: 'user-17',
    description: "The tenant's id of the user who is signed in to its service in that browser",
  })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiProperty({ description: 'The `browser_token` from the query of `user_verification_url`' })
  @IsString()
  @Length(1, 255)
  browser_token!: string;
}

export class VerifiedSignInDto extends SignInDto {
  @ApiProperty({
    format: 'uri',
    example: 'https://chat.acme.example/back?sign_in=si-…&status=connected',
    description: 'URL to redirect the browser to: the `return_url`, or the result page',
  })
  redirect_url!: string;
}

/** The columns that the API representation shows. */
export const VIEWED_COLUMNS = {
  id: true,
  status: true,
  errorCode: true,
  errorMessage: true,
  connectionId: true,
  user: true,
  gptId: true,
  actionId: true,
  createdAt: true,
  expiresAt: true,
} as const;

export type ViewedSignIn = Pick<SignIn, keyof typeof VIEWED_COLUMNS>;

/** Returns the API representation of a sign-in. */
export function signInView(row: ViewedSignIn, now: Date): SignInDto {
  return {
    id: row.id,
    status: statusAt(row, now),
    error: row.errorCode ? { code: row.errorCode, message: row.errorMessage ?? '' } : null,
    connection_id: row.connectionId,
    user: row.user,
    gpt_id: row.gptId,
    action_id: row.actionId,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}
