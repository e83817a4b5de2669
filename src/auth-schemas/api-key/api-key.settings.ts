import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { AuthFields } from '../../actions/index.js';
import { StaticHeaders } from '../static-headers.js';

const MAX_SECRET = 8192;

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
