import { Injectable } from '@nestjs/common';
import { authSecretsContext, secretsByField, type ActionAuth } from '../auth-registry/index.js';
import { Settings } from '../config/index.js';
import { Vault } from '../vault/index.js';
import { callbackUrl } from './callback-url.js';
import type { OAuthClient, OAuthSettings } from './protocol/client.js';

/** The parts of an action that its client consists of. Some are absent where no tokens are requested. */
type ClientSource = Pick<ActionAuth, 'tenantId' | 'id' | 'authSettings' | 'authSecrets'> &
  Partial<Pick<ActionAuth, 'callbackId' | 'serverUrl'>>;

/** The OAuth clients of actions, with their secrets. */
@Injectable()
export class OAuthClients {
  constructor(
    private readonly vault: Vault,
    private readonly settings: Settings,
  ) {}

  /** Returns the client of an action. @throws {UnsealError} its secrets cannot be decrypted */
  async of(action: ClientSource): Promise<OAuthClient> {
    const { tenantId, id: actionId, callbackId, serverUrl, authSettings, authSecrets } = action;
    const client = {
      ...(authSettings as unknown as OAuthSettings),
      ...(callbackId !== undefined && { redirectUri: callbackUrl(this.settings, { callbackId }) }),
      ...(serverUrl !== undefined && { serverUrl }),
      tenantId,
      actionId,
    };
    if (!authSecrets) return client;
    const secrets = await this.vault.unsealJson<Record<string, string>>(authSecretsContext(action), authSecrets);
    return { ...client, ...secretsByField(secrets) };
  }
}
