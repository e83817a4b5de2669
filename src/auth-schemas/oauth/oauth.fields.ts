import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import type { AuthFields } from '../../auth-registry/index.js';
import { KnownMetadataDto, type OAuthSettings } from '../../oauth/index.js';
import { StaticHeaders } from '../../credentials/index.js';
import { ExtraParameters, RefreshParameters } from './extra-parameters.js';

const CONTENT_TYPES = ['application/x-www-form-urlencoded', 'application/json'] as const;
const POINTER = /^(\/([^~/]|~[01])*){0,8}$/;

/** What clients write and read alike. */
class OAuthFields implements Omit<OAuthSettings, 'authorization_url' | 'token_url' | 'metadata'> {
  [field: string]: unknown;

  @ApiProperty({ enum: ['oauth'] })
  @Equals('oauth')
  type!: 'oauth';

  @ApiProperty({ example: 'notes-client', description: 'Readable by runtime keys' })
  @IsString()
  @Length(1, 1000)
  client_id!: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://auth.example.com',
    description: "The authorization server's identifier, or the well-known URL of its metadata (RFC 8414)",
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  issuer?: string;

  @ApiPropertyOptional({ example: 'notes:read notes:write', description: 'Separated by spaces' })
  @IsOptional()
  @Matches(/^[\x20-\x7e]*$/, { message: 'scope must be visible ASCII characters' })
  @MaxLength(4000)
  scope?: string;

  @ApiPropertyOptional({ enum: ['default_post', 'basic_auth_header'], default: 'default_post' })
  @IsIn(['default_post', 'basic_auth_header'])
  token_exchange_method: 'default_post' | 'basic_auth_header' = 'default_post';

  @ApiPropertyOptional({ enum: CONTENT_TYPES, default: CONTENT_TYPES[0], description: 'Of the token request' })
  @IsIn(CONTENT_TYPES)
  authorization_content_type: (typeof CONTENT_TYPES)[number] = 'application/x-www-form-urlencoded';

  @ApiPropertyOptional({ enum: ['auto', 'required', 'off'], default: 'auto', description: 'PKCE with S256 (RFC 7636)' })
  @IsIn(['auto', 'required', 'off'])
  pkce: 'auto' | 'required' | 'off' = 'auto';

  @ApiPropertyOptional({ default: ' ', description: 'Between scopes in the authorization request' })
  @IsIn([' ', ',', '+'])
  scope_separator: string = ' ';

  @ExtraParameters('authorization_params', { access_type: 'offline', prompt: 'consent' })
  authorization_params?: Record<string, string>;

  @ExtraParameters('token_params', { audience: 'https://api.example.com' })
  token_params?: Record<string, string>;

  @ApiPropertyOptional({
    enum: ['auto', 'bearer', 'basic'],
    default: 'auto',
    description: '`auto` follows `token_type`',
  })
  @IsIn(['auto', 'bearer', 'basic'])
  token_scheme: 'auto' | 'bearer' | 'basic' = 'auto';

  @ApiPropertyOptional({ example: '/authed_user', description: 'JSON pointer to where the answer keeps its token' })
  @IsOptional()
  @Matches(POINTER, { message: 'token_path must be a JSON pointer' })
  @MaxLength(200)
  token_path?: string;

  @ApiPropertyOptional({ example: '/error', description: 'JSON pointer to where the answer keeps its error' })
  @IsOptional()
  @Matches(POINTER, { message: 'error_path must be a JSON pointer' })
  @MaxLength(200)
  error_path?: string;

  @ApiPropertyOptional({ format: 'uri', description: 'Asked on disconnect (RFC 7009)' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  revocation_url?: string;

  @ApiPropertyOptional({ format: 'uri', description: 'Where tokens are renewed, when that is not the token URL' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  refresh_url?: string;

  @RefreshParameters({ grant_type: 'fb_exchange_token', fb_exchange_token: '{access_token}' })
  refresh_params?: Record<string, string>;

  @ApiPropertyOptional({ format: 'uri', description: 'The resource indicator (RFC 8707)' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  resource?: string;

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class OAuthSchemaInput extends OAuthFields implements AuthFields {
  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://auth.example.com/authorize',
    description: "This and `token_url` can be left out where the issuer's metadata or the document says them",
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  authorization_url?: string;

  @ApiPropertyOptional({ format: 'uri', example: 'https://auth.example.com/token' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  token_url?: string;

  @ApiPropertyOptional({ description: 'Left out for a public client; `[HIDDEN]` keeps the one that is stored' })
  @IsOptional()
  @IsString()
  @Length(1, 8192)
  client_secret?: string;
}

export class OAuthSchemaOutput extends OAuthFields {
  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/authorize' })
  authorization_url!: string;

  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/token' })
  token_url!: string;

  @ApiPropertyOptional({ description: "What the issuer's metadata said when the schema was saved" })
  metadata?: KnownMetadataDto;

  @ApiPropertyOptional({ enum: ['[HIDDEN]'] })
  client_secret?: string;

  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback',
    description: 'The redirect URI to register at the provider: unique to the action, unchanged by edits',
  })
  callback_url!: string;
}
