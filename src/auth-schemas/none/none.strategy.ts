import { Injectable } from '@nestjs/common';
import type { Obtained, PlannedCall } from '../credential.js';
import { CredentialStrategy } from '../credential.strategy.js';
import { staticHeaders } from '../static-headers.js';
import { NoneSchemaInput, NoneSchemaOutput } from './none.settings.js';

/** No authentication: the call carries nothing that tells who it is from. */
@Injectable()
export class NoneStrategy extends CredentialStrategy {
  readonly type = 'none';
  readonly input = NoneSchemaInput;
  readonly output = NoneSchemaOutput;

  async obtain({ action }: PlannedCall): Promise<Obtained> {
    return { headers: staticHeaders(action.authSettings), secrets: [] };
  }
}
