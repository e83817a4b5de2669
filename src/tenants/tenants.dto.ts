import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsReturnOrigin } from './return-url.js';

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
  @IsReturnOrigin({ each: true })
  return_url_origins?: string[];
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
