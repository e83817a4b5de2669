import { Injectable } from '@nestjs/common';
import { authSecretsContext, type Action } from '../actions/index.js';
import { Vault } from '../vault/index.js';
import type { OAuthClient, OAuthSettings } from './protocol/client.js';

/** The client registrations that actions have selected. */
@Injectable()
export class OAuthClients {
  constructor(private readonly vault: Vault) {}

  /** @throws {UnsealError} */
  async of(action: Pick<Action, 'tenantId' | 'id' | 'authSettings' | 'authSecrets'>): Promise<OAuthClient> {
    const settings = action.authSettings as unknown as OAuthSettings;
    if (!action.authSecrets) return settings;
    const secrets = await this.vault.unsealJson<{ client_secret?: string }>(authSecretsContext(action), action.authSecrets);
    return { ...settings, ...secrets };
  }
}
