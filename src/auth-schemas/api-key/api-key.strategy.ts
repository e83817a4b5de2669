import { Injectable } from '@nestjs/common';
import { secretsPlace, type ActionAuth } from '../../auth-registry/index.js';
import { CountersignError } from '../../common/index.js';
import {
  CredentialStrategy,
  staticHeaders,
  UserCredentials,
  type Credential,
  type PlannedCall,
} from '../../credentials/index.js';
import { SealBrokenError, Vault } from '../../vault/index.js';
import { isPerUser, type ApiKeySettings } from './api-key.fields.js';
import { placeKey, type KeySecrets } from './place-key.js';

/** Puts the action's shared key, or the key of the call's user, where the schema says. */
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

  private async sharedKey(action: ActionAuth): Promise<KeySecrets> {
    try {
      return await this.vault.openJson<KeySecrets>(secretsPlace(action), action.authSecrets ?? '');
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new CountersignError('credential_unavailable', "the action's API key cannot be decrypted", [], {
        cause: error,
      });
    }
  }
}

function credentialWith({ authSettings }: ActionAuth, secrets: KeySecrets): Credential {
  const key = placeKey(authSettings as unknown as ApiKeySettings, secrets);
  return { ...key, headers: { ...staticHeaders(authSettings), ...key.headers } };
}
