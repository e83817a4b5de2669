import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional, IsRFC3339, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';

/** The same limit as for tokens that a provider grants. */
const MAX_TOKEN_CHARACTERS = 16_384;

/** One end user's tokens, which the tenant has already: the body of a request, or a line of an import. */
export class CreateConnectionDto {
  @ApiProperty({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: 'An action whose users sign in' })
  @IsString()
  @Length(1, 40)
  action_id!: string;

  @ApiProperty({ example: 'user-17', description: "The tenant's own id of the end user" })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiProperty({
    maxLength: MAX_TOKEN_CHARACTERS,
    description: "The access token. For an API-key schema with `per_user`: the user's key",
  })
  @IsString()
  @Length(1, MAX_TOKEN_CHARACTERS)
  access_token!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_TOKEN_CHARACTERS })
  @IsOptional()
  @IsString()
  @Length(1, MAX_TOKEN_CHARACTERS)
  refresh_token?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    description:
      'When the access token expires; may be in the past if there is a refresh token. If it is omitted, the token is refreshed after a 401',
  })
  @IsOptional()
  @IsRFC3339()
  expires_at?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'notes:read notes:write',
    description: 'The granted scope',
  })
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  @IsUnambiguousText()
  scope?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Bearer' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @IsUnambiguousText()
  token_type?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string' },
    description: "Values of the user's account, for names that the schema defines",
  })
  @IsOptional()
  @IsObject()
  values?: Record<string, string> | null;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether to replace the tokens of an active connection of the user',
  })
  @IsOptional()
  @IsBoolean()
  replace?: boolean;
}
