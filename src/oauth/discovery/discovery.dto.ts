import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { KnownMetadata } from '../protocol/client.js';
import type { UnmetDemand } from '../protocol/unmet-demands.js';
import type { Conflict, DiscoveredSettings, TypedSettings } from '../protocol/metadata-settings.js';

const METHODS = ['default_post', 'basic_auth_header'] as const;
const TYPED_METHODS = [...METHODS, 'basic_auth_header_raw'] as const;
const PKCE = ['auto', 'required', 'off'] as const;

export class DiscoverDto implements TypedSettings {
  @ApiPropertyOptional({ format: 'uri', example: 'https://auth.example.com' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  issuer?: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://auth.example.com/.well-known/openid-configuration',
    description: "The well-known URL of the issuer's metadata, instead of `issuer`",
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  url?: string;

  @ApiPropertyOptional({
    format: 'uri',
    description: 'Setting to compare with the metadata, as are the following fields',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  authorization_url?: string;

  @ApiPropertyOptional({ format: 'uri' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  token_url?: string;

  @ApiPropertyOptional({ format: 'uri' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  revocation_url?: string;

  @ApiPropertyOptional({ enum: TYPED_METHODS })
  @IsOptional()
  @IsIn(TYPED_METHODS)
  token_exchange_method?: (typeof TYPED_METHODS)[number];

  @ApiPropertyOptional({ enum: PKCE })
  @IsOptional()
  @IsIn(PKCE)
  pkce?: (typeof PKCE)[number];

  @ApiPropertyOptional({ example: 'notes:read notes:write' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  scope?: string;
}

export class FoundSettingsDto implements DiscoveredSettings {
  @ApiProperty({ format: 'uri', example: 'https://auth.example.com' })
  issuer!: string;

  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/authorize' })
  authorization_url!: string;

  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/token' })
  token_url!: string;

  @ApiPropertyOptional({ format: 'uri', example: 'https://auth.example.com/revoke' })
  revocation_url?: string;

  @ApiProperty({ enum: METHODS })
  token_exchange_method!: (typeof METHODS)[number];

  @ApiProperty({ enum: ['auto'], description: 'Follows the metadata' })
  pkce!: 'auto';
}

export class KnownMetadataDto implements KnownMetadata {
  @ApiPropertyOptional({ description: 'Whether authorization responses have `iss` (RFC 9207)' })
  authorization_response_iss_parameter_supported?: boolean;

  @ApiPropertyOptional({ type: [String], example: ['S256'] })
  code_challenge_methods_supported?: string[];

  @ApiPropertyOptional({ type: [String], example: ['client_secret_basic', 'client_secret_post'] })
  token_endpoint_auth_methods_supported?: string[];

  @ApiPropertyOptional({ enum: [true], description: 'The provider requires pushed authorization requests (RFC 9126)' })
  require_pushed_authorization_requests?: true;

  @ApiPropertyOptional({ enum: [true], description: 'The provider requires signed request objects (RFC 9101)' })
  require_signed_request_object?: true;
}

export class MetadataWarningDto implements UnmetDemand {
  @ApiProperty({
    enum: ['par_required', 'request_object_required', 'client_auth_unsupported', 'dpop_supported'],
    example: 'par_required',
  })
  code!: UnmetDemand['code'];

  @ApiProperty({
    example:
      'The provider requires pushed authorization requests (PAR, RFC 9126), which Countersign does not send, so sign-ins fail.',
  })
  message!: string;

  @ApiProperty({
    example: 'Turn off the requirement of pushed authorization requests for this client at the provider.',
    description: 'What to change at the provider',
  })
  change!: string;
}

export class ConflictDto implements Conflict {
  @ApiProperty({ example: '/token_url' })
  pointer!: string;

  @ApiProperty({ example: 'https://auth.example.com/tokens' })
  typed!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'https://auth.example.com/token',
    description: "The field's value according to the metadata; `null` if there is none",
  })
  found!: string | null;

  @ApiProperty({ example: "the provider's metadata lists https://auth.example.com/token as token_url" })
  message!: string;
}

export class DiscoveredDto {
  @ApiProperty({ format: 'uri', example: 'https://auth.example.com' })
  issuer!: string;

  @ApiProperty({ format: 'uri', example: 'https://auth.example.com/.well-known/oauth-authorization-server' })
  metadata_url!: string;

  @ApiProperty({ description: 'Fields of the schema according to the metadata' })
  found!: FoundSettingsDto;

  @ApiProperty({ description: 'Other metadata that a schema with this issuer stores' })
  metadata!: KnownMetadataDto;

  @ApiProperty({ type: [String], example: ['notes:read', 'notes:write'] })
  scopes_supported!: string[];

  @ApiProperty({ type: [ConflictDto], description: 'Settings of the request that contradict the metadata' })
  conflicts!: ConflictDto[];

  @ApiProperty({
    type: [MetadataWarningDto],
    description: 'What the provider demands of its clients and Countersign does not do',
  })
  warnings!: MetadataWarningDto[];
}
