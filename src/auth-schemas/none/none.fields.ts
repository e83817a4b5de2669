import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import type { AuthFields } from '../../auth-registry/index.js';
import { StaticHeaders } from '../../credentials/index.js';

export class NoneSchemaInput implements AuthFields {
  [field: string]: unknown;

  @ApiProperty({ enum: ['none'] })
  @Equals('none')
  type!: 'none';

  @StaticHeaders()
  static_headers?: Record<string, string>;
}

export class NoneSchemaOutput extends NoneSchemaInput {}
