import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { Cluster } from '../../cluster/index.js';
import { Logger } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { gptTopicId } from '../../gpts/index.js';
import { TokenEndpoint, type OAuthClient } from '../../oauth/index.js';

/**
 * Remembers for an action whether its provider accepts the Basic pair only without form-encoding, so that later requests begin with the form
 * that works. Saving the schema forgets it.
 */
@Injectable()
export class BasicPairMemory {
  constructor(
    private readonly database: Database,
    private readonly cluster: Cluster,
    private readonly logger: Logger,
    endpoint: TokenEndpoint,
  ) {
    endpoint.whenPairLearned((client) => this.remember(client));
  }

  /** Stores the form that a client was accepted with. A failure is logged: the next request learns it again. */
  private async remember(client: OAuthClient): Promise<void> {
    const { tenantId, actionId } = client;
    if (tenantId === undefined || actionId === undefined) return;
    try {
      const action = await this.store(tenantId, actionId, client);
      if (action) this.cluster.publish('gpt', gptTopicId(tenantId, action.gptId));
    } catch (err) {
      this.logger.error({ err, action_id: actionId }, 'the accepted form of the client credentials was not stored');
    }
  }

  /** @returns `undefined` if it is stored already, or the action has another client by now */
  private store(tenantId: string, id: string, client: OAuthClient): Promise<Action | undefined> {
    return this.database.tenant(tenantId).write(async (store) => {
      const action = await store.findOneForUpdate(Action, { id });
      if (!action || !hasClient(action, client)) return undefined;
      const { learned_raw_basic: learned = false, ...settings } = action.authSettings;
      const isRaw = client.learned_raw_basic === true;
      if (learned === isRaw) return undefined;
      const authSettings = isRaw ? { ...settings, learned_raw_basic: true } : settings;
      await store.update(Action, { id }, { authSettings });
      return action;
    });
  }
}

function hasClient({ authSettings }: Action, client: OAuthClient): boolean {
  return (['client_id', 'token_url', 'token_exchange_method'] as const).every(
    (name) => authSettings[name] === client[name],
  );
}
