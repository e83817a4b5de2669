import { Injectable } from '@nestjs/common';
import { authSecretsContext, type ActionAuth } from '../../auth-registry/index.js';
import {
  CredentialStrategy,
  staticHeaders,
  UserCredentials,
  type Credential,
  type PlannedCall,
} from '../../credentials/index.js';
import { Vault } from '../../vault/index.js';
import { isPerUser, type ApiKeySettings } from './api-key.fields.js';
import { placeKey, type KeySecrets } from './place-key.js';

/** Authorizes a call with the action's shared key, or with the key of the call's user. */
@Injectable()
export class ApiKeyStrategy extends CredentialStrategy {
  constructor(
    private readonly vault: Vault,
    private readonly users: UserCredentials,
  ) {
    super();
  }

  async credentialFor(call: PlannedCall): Promise<Credential> {
    const { action } = call;
    if (!isPerUser(action.authSettings)) return credentialWith(action, await this.sharedKey(action));
    return this.users.credentialFor(call, ({ accessToken }) => credentialWith(action, { api_key: accessToken }));
  }

  /** @throws {UnsealError} */
  private sharedKey(action: ActionAuth): Promise<KeySecrets> | KeySecrets {
    const context = authSecretsContext(action);
    return this.vault.open(context, action.authSecrets ?? '', (secrets: KeySecrets) => secrets);
  }
}

function credentialWith({ authSettings }: ActionAuth, secrets: KeySecrets): Credential {
  const key = placeKey(authSettings as unknown as ApiKeySettings, secrets);
  return { ...key, headers: { ...staticHeaders(authSettings), ...key.headers } };
}
