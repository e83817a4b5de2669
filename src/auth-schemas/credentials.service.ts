import { Injectable } from '@nestjs/common';
import { AuthSchemas } from '../actions/index.js';
import type { Obtained, PlannedCall } from './credential.js';
import type { CredentialStrategy } from './credential.strategy.js';
import { NoneStrategy } from './none/none.strategy.js';

/** Which strategy decides about a call, and what it decides: for every entrance, with or without HTTP. */
@Injectable()
export class Credentials {
  constructor(
    private readonly schemas: AuthSchemas,
    private readonly none: NoneStrategy,
  ) {}

  /** The strategy of the schema that the action has selected; the document may have opened the operation (`security: []`). */
  strategyFor({ action, operation }: PlannedCall): CredentialStrategy {
    return operation.requiresAuth ? (this.schemas.of(action) as CredentialStrategy) : this.none;
  }

  obtain(call: PlannedCall): Promise<Obtained> {
    return this.strategyFor(call).obtain(call);
  }
}
