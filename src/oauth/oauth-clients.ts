import { Injectable } from '@nestjs/common';
import { authSecretsContext, type ActionAuth } from '../auth-registry/index.js';
import { Vault } from '../vault/index.js';
import type { OAuthClient, OAuthSettings } from './protocol/client.js';

/** The OAuth clients of actions, with their secrets. */
@Injectable()
export class OAuthClients {
  constructor(private readonly vault: Vault) {}

  /** Returns the client of an action. @throws {UnsealError} its secret cannot be decrypted */
  async of(action: Pick<ActionAuth, 'tenantId' | 'id' | 'authSettings' | 'authSecrets'>): Promise<OAuthClient> {
    const settings = { ...(action.authSettings as unknown as OAuthSettings), tenantId: action.tenantId };
    if (!action.authSecrets) return settings;
    const secrets = await this.vault.unsealJson<{ client_secret?: string }>(
      authSecretsContext(action),
      action.authSecrets,
    );
    return { ...settings, ...secrets };
  }
}
