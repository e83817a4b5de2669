import { Injectable } from '@nestjs/common';
import { CredentialStrategy, staticHeaders, type Credential, type PlannedCall } from '../../credentials/index.js';

/** Lets every call pass; it carries the action's static headers and no credential. */
@Injectable()
export class NoneStrategy extends CredentialStrategy {
  async credentialFor({ action }: PlannedCall): Promise<Credential> {
    return { headers: staticHeaders(action.authSettings), secrets: [] };
  }
}
