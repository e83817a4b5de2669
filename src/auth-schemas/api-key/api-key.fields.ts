import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { AuthFields } from '../../auth-registry/index.js';
import { StaticHeaders } from '../../credentials/index.js';
import type { KeyPlacement } from './place-key.js';

const MAX_SECRET = 8192;

/** The stored settings of the schema. */
export interface ApiKeySettings extends KeyPlacement {
  per_user?: boolean;
  check_operation?: string;
  help_text?: string;
  help_url?: string;
}

/** Returns whether each end user has their own key. */
export function isPerUser(settings: Record<string, unknown>): boolean {
  return settings['per_user'] === true;
}

class ApiKeyFields {
  [field: string]: unknown;

  @ApiProperty({ enum: ['api_key'] })
  @Equals('api_key')
  type!: 'api_key';

  @ApiProperty({
    enum: ['basic', 'bearer', 'custom'],
    description: 'Header that carries the key: `Authorization: Basic …`, `Authorization: Bearer …`, or a custom header',
  })
  @IsIn(['basic', 'bearer', 'custom'])
  auth_type!: 'basic' | 'bearer' | 'custom';

  @ApiPropertyOptional({
    example: 'X-Weather-Key',
    description: 'Name of the header, required with `auth_type: custom` unless `location` is `query`',
  })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  custom_header_name?: string;

  @ApiPropertyOptional({ enum: ['header', 'query'], default: 'header' })
  @IsIn(['header', 'query'])
  location: 'header' | 'query' = 'header';

  @ApiPropertyOptional({
    example: 'appid',
    description: 'Name of the query parameter, required with `location: query`',
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._~\-[\]$]{1,100}$/, {
    message: 'parameter_name must be 1 to 100 letters, digits or any of . _ ~ - [ ] $',
  })
  parameter_name?: string;

  @ApiPropertyOptional({ description: 'With `auth_type: basic`: user name, instead of `api_key`' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_SECRET)
  username?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Each end user enters their own key on the sign-in page; no shared key is stored',
  })
  @IsBoolean()
  per_user: boolean = false;

  @ApiPropertyOptional({
    example: 'getAccount',
    description:
      'With `per_user`: operation without required parameters that is called to check a key before it is stored',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  check_operation?: string;

  @ApiPropertyOptional({
    example: 'Create a key under Settings, API keys.',
    description: 'With `per_user`: plain text on the sign-in page that says how users get their key',
  })
  @IsOptional()
  @Matches(/^\P{Cc}*$/u, { message: 'help_text must be one line of plain text' })
  @Length(1, 500)
  help_text?: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://example.com/settings/keys',
    description: 'With `per_user`: https page where users get their key; the sign-in page links to it',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  help_url?: string;

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class ApiKeySchemaInput extends ApiKeyFields implements AuthFields {
  @ApiPropertyOptional({ description: 'The key. `[HIDDEN]` keeps the stored key' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_SECRET)
  api_key?: string;

  @ApiPropertyOptional({ description: 'Required with `username`; may be empty' })
  @IsOptional()
  @IsString()
  @Length(0, MAX_SECRET)
  password?: string;
}

export class ApiKeySchemaOutput extends ApiKeyFields {
  @ApiPropertyOptional({ enum: ['[HIDDEN]'] })
  api_key?: string;

  @ApiPropertyOptional({ enum: ['[HIDDEN]'] })
  password?: string;
}
