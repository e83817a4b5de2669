import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsLogo } from './logo.js';
import { IsOrigin, IsVerificationUrl } from './return-url.js';

export class CreateTenantDto {
  @ApiProperty({ example: 'Acme Assistants', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({ example: 'acme', description: 'Unique; made from the name where it is left out' })
  @IsOptional()
  @Matches(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, {
    message: 'slug must be 1 to 64 lower-case letters, digits and inner hyphens',
  })
  slug?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['https://chat.acme.example'],
    description: 'Origins to which a browser may be sent back after a sign-in (`return_url`)',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsOrigin({ each: true })
  return_url_origins?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['https://console.acme.example'],
    description: "Origins whose pages may use this API with the tenant's keys (CORS); nobody's where it is empty",
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsOrigin({ each: true })
  allowed_origins?: string[];

  @ApiPropertyOptional({
    enum: ['page', 'redirect'],
    default: 'page',
    description:
      '`page`: the sign-in page says whom it is for. `redirect`: before a code is exchanged the browser goes to `user_verification_url`, and your server confirms its user with `POST /v1/sign-ins/{id}/verify`',
  })
  @IsOptional()
  @IsIn(['page', 'redirect'])
  user_verification?: 'page' | 'redirect';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://chat.acme.example/verify-sign-in',
    description: 'With `redirect`. It gets `sign_in` and `browser_token` in its query',
  })
  @IsOptional()
  @IsVerificationUrl()
  user_verification_url?: string | null;

  @ApiPropertyOptional({
    enum: ['warn', 'refuse'],
    default: 'warn',
    description: "What happens where OAuth endpoints are not on the root domain of the action's API",
  })
  @IsOptional()
  @IsIn(['warn', 'refuse'])
  oauth_domain_rule?: 'warn' | 'refuse';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'data:image/png;base64,iVBORw0KGgo…',
    description:
      'Shown on the pages that end users see: a PNG, JPEG or WebP image as a `data:` URL of at most 64 KiB, which is an image of 48 KB. Pages load nothing from elsewhere, so it cannot be a link; and no SVG, which can hold scripts',
  })
  @IsOptional()
  @IsLogo()
  logo?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '#2b4acb',
    description: 'Of the button on the pages that end users see; its text is white or black, whichever can be read',
  })
  @IsOptional()
  @Matches(/^#[0-9a-f]{6}$/i, { message: 'accent_color must be a colour such as #2b4acb' })
  accent_color?: string | null;
}

export class UpdateTenantDto extends PartialType(CreateTenantDto) {}

export class TenantDto {
  @ApiProperty({ example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'Acme Assistants' })
  name!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({ type: [String], example: ['https://chat.acme.example'] })
  return_url_origins!: string[];

  @ApiProperty({ type: [String], example: ['https://console.acme.example'] })
  allowed_origins!: string[];

  @ApiProperty({ enum: ['page', 'redirect'] })
  user_verification!: 'page' | 'redirect';

  @ApiProperty({ type: String, format: 'uri', nullable: true })
  user_verification_url!: string | null;

  @ApiProperty({ enum: ['warn', 'refuse'] })
  oauth_domain_rule!: 'warn' | 'refuse';

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Left out of the list' })
  logo?: string | null;

  @ApiProperty({ type: String, nullable: true, example: '#2b4acb' })
  accent_color!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

class AdminKeyDto {
  @ApiProperty({ example: 'key-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ description: "The tenant's first key: shown now and never again", example: 'cs_admin_key-…_…' })
  key!: string;
}

export class CreatedTenantDto extends TenantDto {
  @ApiProperty({ type: AdminKeyDto })
  admin_key!: AdminKeyDto;
}
