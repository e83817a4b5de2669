import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
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

export class NoneSchemaOutput extends NoneSchemaInput {
  @ApiPropertyOptional({
    type: [String],
    example: ['client_id', 'client_secret'],
    description:
      'The action was imported without these fields of its schema, which is in `suggested_auth`. Calls are refused until a schema is set',
  })
  missing_fields?: string[];
}
