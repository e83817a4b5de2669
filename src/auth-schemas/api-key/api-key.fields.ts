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
}

/** Whether each end user has a key of their own. */
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
    description: '`Authorization: Basic …`, `Authorization: Bearer …`, or a header of your own',
  })
  @IsIn(['basic', 'bearer', 'custom'])
  auth_type!: 'basic' | 'bearer' | 'custom';

  @ApiPropertyOptional({ example: 'X-Weather-Key', description: 'With `auth_type: custom`' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  custom_header_name?: string;

  @ApiPropertyOptional({ enum: ['header', 'query'], default: 'header' })
  @IsIn(['header', 'query'])
  location: 'header' | 'query' = 'header';

  @ApiPropertyOptional({ example: 'appid', description: 'With `location: query`' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._~\-[\]$]{1,100}$/, { message: 'parameter_name must be a plain query parameter name' })
  parameter_name?: string;

  @ApiPropertyOptional({ description: 'With `auth_type: basic`, in place of `api_key`' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_SECRET)
  username?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Each end user gives a key of their own on the sign-in page; no shared one is stored',
  })
  @IsBoolean()
  per_user: boolean = false;

  @ApiPropertyOptional({
    example: 'getAccount',
    description: 'With `per_user`: an operation without required parameters that tells whether a key is good',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  check_operation?: string;

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class ApiKeySchemaInput extends ApiKeyFields implements AuthFields {
  @ApiPropertyOptional({ description: 'The key; `[HIDDEN]` keeps the one that is stored' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_SECRET)
  api_key?: string;

  @ApiPropertyOptional({ description: 'With `username`' })
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
