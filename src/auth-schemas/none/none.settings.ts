import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import type { AuthFields } from '../../actions/index.js';
import { StaticHeaders } from '../static-headers.js';

export class NoneSchemaInput implements AuthFields {
  [field: string]: unknown;

  @ApiProperty({ enum: ['none'] })
  @Equals('none')
  type!: 'none';

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class NoneSchemaOutput extends NoneSchemaInput {}
