import { Injectable } from '@nestjs/common';
import { AuthSchemaDefinition } from '../../auth-registry/index.js';
import { NoneSchemaInput, NoneSchemaOutput } from './none.fields.js';

/** No authentication. */
@Injectable()
export class NoneDefinition extends AuthSchemaDefinition {
  readonly type = 'none';
  readonly input = NoneSchemaInput;
  readonly output = NoneSchemaOutput;
}
