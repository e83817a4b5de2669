import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsLogo } from './logo.js';
import { IsOrigin, IsVerificationUrl } from './return-url.js';

export class CreateTenantDto {
  @ApiProperty({ example: 'Acme Assistants', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({ example: 'acme', description: 'Unique; derived from the name by default' })
  @IsOptional()
  @Matches(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, {
    message: 'slug must be 1 to 64 lower-case letters, digits and hyphens, and must not start or end with a hyphen',
  })
  slug?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['https://chat.acme.example'],
    description: 'Origins to which a browser may be redirected after a sign-in (`return_url`)',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsOrigin({ each: true })
  return_url_origins?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['https://console.acme.example'],
    description: "Origins whose pages may use this API with the tenant's keys (CORS); none by default",
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
      '`page`: the sign-in page shows which end user it is for. `redirect`: before the code is exchanged, the browser is redirected to `user_verification_url`, and your server confirms its user with `POST /v1/sign-ins/{sign_in_id}/verify`',
  })
  @IsOptional()
  @IsIn(['page', 'redirect'])
  user_verification?: 'page' | 'redirect';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://chat.acme.example/verify-sign-in',
    description: 'Required with `redirect`. Receives `sign_in` and `browser_token` in its query',
  })
  @IsOptional()
  @IsVerificationUrl()
  user_verification_url?: string | null;

  @ApiPropertyOptional({
    enum: ['warn', 'refuse'],
    default: 'warn',
    description: "Handling of OAuth endpoints outside the root domain of the action's API",
  })
  @IsOptional()
  @IsIn(['warn', 'refuse'])
  oauth_domain_rule?: 'warn' | 'refuse';

  @ApiPropertyOptional({
    default: false,
    description:
      "Whether an operation's policy may skip the confirmation that its document demands with `x-openai-isConsequential: true`",
  })
  @IsOptional()
  @IsBoolean()
  allow_skipping_confirmation?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'data:image/png;base64,iVBORw0KGgo…',
    description:
      'Logo on end-user pages: a PNG, JPEG or WebP image as a `data:` URL of at most 64 KiB, which is an image of 48 KB. Other URLs are rejected, because the pages load nothing from other hosts; SVG is rejected, because it can contain scripts',
  })
  @IsOptional()
  @IsLogo()
  logo?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '#2b4acb',
    description: 'Color of the button on end-user pages; its text is white or black, whichever has the higher contrast',
  })
  @IsOptional()
  @Matches(/^#[0-9a-f]{6}$/i, { message: 'accent_color must be a color such as #2b4acb' })
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

  @ApiProperty({ description: 'Whether a policy may skip a confirmation that the document demands' })
  allow_skipping_confirmation!: boolean;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Not included in lists' })
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

  @ApiProperty({ description: "The tenant's first admin key, which is shown only once", example: 'cs_admin_key-…_…' })
  key!: string;
}

export class CreatedTenantDto extends TenantDto {
  @ApiProperty({ type: AdminKeyDto })
  admin_key!: AdminKeyDto;
}
