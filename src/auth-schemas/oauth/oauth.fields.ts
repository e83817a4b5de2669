import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import type { AuthFields } from '../../auth-registry/index.js';
import { KnownMetadataDto, POINTER, MetadataWarningDto, type OAuthSettings } from '../../oauth/index.js';
import { StaticHeaders } from '../../credentials/index.js';
import { AllowedHostsField, ConnectionValueDto, ConnectionValuesField } from './connection-values.fields.js';
import { ExtraParameters, RefreshParameters } from './extra-parameters.js';
import { TokenHeaders } from './token-headers.js';
import { TokenRefusedWhen } from './token-refused-when.js';

const CONTENT_TYPES = ['application/x-www-form-urlencoded', 'application/json'] as const;
const EXCHANGE_METHODS = ['default_post', 'basic_auth_header', 'basic_auth_header_raw'] as const;

/** The fields that requests and responses share. */
class OAuthFields implements Omit<OAuthSettings, 'authorization_url' | 'token_url' | 'metadata' | 'learned_raw_basic'> {
  [field: string]: unknown;

  @ApiProperty({ enum: ['oauth'] })
  @Equals('oauth')
  type!: 'oauth';

  @ApiProperty({
    example: 'notes-client',
    description: 'Client identifier at the provider. Not a secret: runtime keys can read it',
  })
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

  @ApiPropertyOptional({ example: 'notes:read notes:write', description: 'Scopes to request, separated by spaces' })
  @IsOptional()
  @Matches(/^[\x20-\x7e]*$/, { message: 'scope must contain only printable ASCII characters' })
  @MaxLength(4000)
  scope?: string;

  @ApiPropertyOptional({
    enum: EXCHANGE_METHODS,
    default: 'default_post',
    description:
      'How the client authenticates at the token URL: `client_secret_post` or `client_secret_basic` (RFC 6749, section 2.3.1). `basic_auth_header_raw` sends id and secret without form-encoding them; `basic_auth_header` does so only if the provider rejects the encoded pair with `invalid_client`',
  })
  @IsIn(EXCHANGE_METHODS)
  token_exchange_method: (typeof EXCHANGE_METHODS)[number] = 'default_post';

  @ApiPropertyOptional({
    enum: ['POST', 'GET'],
    default: 'POST',
    description:
      'Method of token and refresh requests. With `GET`, the parameters are in the query, and `token_exchange_method` is `basic_auth_header` by default',
  })
  @IsOptional()
  @IsIn(['POST', 'GET'])
  token_request_method?: 'POST' | 'GET';

  @ApiPropertyOptional({
    enum: CONTENT_TYPES,
    default: CONTENT_TYPES[0],
    description: 'Content type of token requests',
  })
  @IsIn(CONTENT_TYPES)
  authorization_content_type: (typeof CONTENT_TYPES)[number] = 'application/x-www-form-urlencoded';

  @ApiPropertyOptional({ enum: ['auto', 'required', 'off'], default: 'auto', description: 'PKCE with S256 (RFC 7636)' })
  @IsIn(['auto', 'required', 'off'])
  pkce: 'auto' | 'required' | 'off' = 'auto';

  @ApiPropertyOptional({ default: ' ', description: 'Separator of scopes in the authorization request' })
  @IsIn([' ', ',', '+'])
  scope_separator: string = ' ';

  @ExtraParameters('authorization_params', { access_type: 'offline', prompt: 'consent' })
  authorization_params?: Record<string, string>;

  @ExtraParameters('token_params', { audience: 'https://api.example.com' }, ['scope'])
  token_params?: Record<string, string>;

  @ApiPropertyOptional({
    enum: ['auto', 'bearer', 'basic'],
    default: 'auto',
    description: 'Authorization scheme of calls. `auto`: the `token_type` of the token response',
  })
  @IsIn(['auto', 'bearer', 'basic'])
  token_scheme: 'auto' | 'bearer' | 'basic' = 'auto';

  @ApiPropertyOptional({
    example: 'X-Api-Token',
    default: 'Authorization',
    description:
      'Header that carries the token of a call. A header other than `Authorization` carries the bare token unless `token_prefix` or `token_scheme` is given',
  })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  token_header_name?: string;

  @ApiPropertyOptional({
    example: 'Zoho-oauthtoken',
    description:
      'Text before the token of a call, separated from it by one space, instead of `token_scheme`. An empty text sends the bare token',
  })
  @IsOptional()
  @Matches(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/, {
    message: 'token_prefix must contain only printable ASCII characters and must not begin or end with a space',
  })
  @MaxLength(100)
  token_prefix?: string;

  @ApiPropertyOptional({
    example: '/authed_user',
    description: 'JSON pointer to the object that holds `access_token` in the token response',
  })
  @IsOptional()
  @Matches(POINTER, { message: 'token_path must be a JSON pointer' })
  @MaxLength(200)
  token_path?: string;

  @ApiPropertyOptional({ example: '/error', description: 'JSON pointer to the error in the token response' })
  @IsOptional()
  @Matches(POINTER, { message: 'error_path must be a JSON pointer' })
  @MaxLength(200)
  error_path?: string;

  @ApiPropertyOptional({
    format: 'uri',
    description: 'Revocation endpoint, used when a connection is ended (RFC 7009)',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  revocation_url?: string;

  @ApiPropertyOptional({ format: 'uri', description: 'Endpoint for refresh requests; the token URL by default' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  refresh_url?: string;

  @RefreshParameters({ grant_type: 'fb_exchange_token', fb_exchange_token: '{access_token}' })
  refresh_params?: Record<string, string>;

  @TokenRefusedWhen()
  token_refused_when?: OAuthSettings['token_refused_when'];

  @ApiPropertyOptional({ format: 'uri', description: 'Resource indicator (RFC 8707)' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  resource?: string;

  @ConnectionValuesField()
  connection_values?: ConnectionValueDto[];

  @AllowedHostsField()
  allowed_hosts?: string[];

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class OAuthSchemaInput extends OAuthFields implements AuthFields {
  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://auth.example.com/authorize',
    description: "Optional, as is `token_url`, if the issuer's metadata or the document contains it",
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

  @ApiPropertyOptional({
    description:
      'Omit it for a public client. `[HIDDEN]` keeps the stored secret. It may be empty if `token_exchange_method` is one of HTTP Basic',
  })
  @IsOptional()
  @IsString()
  @Length(0, 8192)
  client_secret?: string;

  @TokenHeaders()
  token_headers?: Record<string, string>;
}

export class OAuthSchemaOutput extends OAuthFields {
  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/authorize' })
  authorization_url!: string;

  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/token' })
  token_url!: string;

  @ApiPropertyOptional({ description: "The issuer's metadata when the schema was saved" })
  metadata?: KnownMetadataDto;

  @ApiPropertyOptional({
    type: [MetadataWarningDto],
    description: 'What the provider demands of its clients according to `metadata`, and Countersign does not do',
  })
  warnings?: MetadataWarningDto[];

  @ApiPropertyOptional({ enum: ['[HIDDEN]'] })
  client_secret?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['[HIDDEN]'] },
    example: { 'X-Api-Version-Key': '[HIDDEN]' },
    description: 'Names of the headers that are sent to the token, refresh and revocation URLs',
  })
  token_headers?: Record<string, string>;

  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback',
    description:
      'Redirect URI to register at the provider. It is unique to the action and does not change when the action is edited',
  })
  callback_url!: string;
}
