import { Injectable } from '@nestjs/common';
import { missingFields } from '../../auth-registry/index.js';
import { CountersignError } from '../../common/index.js';
import { CredentialStrategy, staticHeaders, type Credential, type PlannedCall } from '../../credentials/index.js';

/** Lets calls pass without a credential, unless the action was imported and its credentials have yet to be set (security rule C47). */
@Injectable()
export class NoneStrategy extends CredentialStrategy {
  async credentialFor({ action, operation }: PlannedCall): Promise<Credential> {
    const missing = missingFields(action);
    if (missing && operation.requiresAuth) throw credentialsMissing(action, missing);
    return { headers: staticHeaders(action.authSettings), secrets: [] };
  }
}

function credentialsMissing(
  { domain, gptId, id }: PlannedCall['action'],
  missing: readonly string[],
): CountersignError {
  const names = missing.join(', ');
  const detail = `${domain} cannot be called yet: an administrator has to send ${names} to PUT /v1/gpts/${gptId}/actions/${id}/auth`;
  return new CountersignError('credentials_missing', detail);
}
