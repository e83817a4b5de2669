import { parseUrl } from '../../common/index.js';
import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { Cluster, FreshCache } from '../../cluster/index.js';
import { Database } from '../../database/index.js';
import { gptTopicId } from '../../gpts/index.js';
import { OAuthClients, type OAuthClient } from '../../oauth/index.js';
import { UnsealError } from '../../vault/index.js';
import type { Connection } from '../store/connection.entity.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** An action and its OAuth client. */
export interface ActionClient {
  action: Action;
  client: OAuthClient;
}

/** The columns of a connection that identify its action and the action's binding version. */
export type ActionRef = Pick<Connection, 'tenantId' | 'gptId' | 'actionId' | 'bindingVersion'>;

/** Limit of the cache, in GPTs. */
const MAX_GPTS = 5000;

/** Loads and caches the OAuth clients that connections are refreshed with. */
@Injectable()
export class ActionClients {
  private readonly actions: FreshCache<Map<string, Action>>;
  /** Entries end with the cached action. */
  private readonly clientsByAction = new WeakMap<Action, Promise<OAuthClient>>();

  constructor(
    private readonly database: Database,
    private readonly clients: OAuthClients,
    cluster: Cluster,
  ) {
    this.actions = new FreshCache(cluster, ['gpt'], MAX_GPTS);
  }

  /** @throws {UnusableConnectionError} the action was deleted or changed, or its client secret cannot be decrypted */
  async get(connection: ActionRef): Promise<ActionClient> {
    const action = await this.findAction(connection);
    const client = this.clientsByAction.get(action) ?? this.clients.of(action);
    this.clientsByAction.set(action, client);
    try {
      return { action, client: await client };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      throw new UnusableConnectionError("the action's client secret cannot be decrypted", { cause: error });
    }
  }

  /**
   * Returns the host of the endpoint that refreshes the connection's tokens, and the action's revision.
   *
   * @throws {UnusableConnectionError}
   */
  async refreshTarget(connection: ActionRef): Promise<{ host: string; revision: number }> {
    const { authSettings, revision } = await this.findAction(connection);
    const url = parseUrl(String(authSettings['refresh_url'] ?? authSettings['token_url']));
    if (!url) throw new UnusableConnectionError('the action has no token URL');
    return { host: url.host, revision };
  }

  /** Returns the action only in the binding version that the refresh token was granted for. */
  private async findAction(connection: ActionRef): Promise<Action> {
    const { tenantId, gptId, actionId, bindingVersion } = connection;
    const topic = gptTopicId(tenantId, gptId);
    const read = async () => (await this.actions.get(topic, () => this.loadActions(connection)))?.get(actionId);
    let action = await read();
    if (action?.bindingVersion !== bindingVersion) {
      // The cached action may be older than the user's latest sign-in.
      this.actions.invalidate(topic);
      action = await read();
    }
    if (action?.bindingVersion !== bindingVersion) {
      throw new UnusableConnectionError('the action was deleted, or its endpoints changed after the sign-in');
    }
    return action;
  }

  private async loadActions({ tenantId, gptId }: ActionRef): Promise<Map<string, Action>> {
    const actions = await this.database.tenant(tenantId).read((store) => store.find(Action, { gptId }));
    return new Map(actions.map((action) => [action.id, action]));
  }
}
