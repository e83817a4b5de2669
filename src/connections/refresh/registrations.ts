import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { Cluster, FreshCache } from '../../cluster/index.js';
import { Database } from '../../database/index.js';
import { gptTopicId } from '../../gpts/index.js';
import { SealBrokenError } from '../../vault/index.js';
import { OAuthClients, type OAuthClient } from '../../oauth/index.js';
import type { Connection } from '../connection.entity.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** What a refresh needs to know of its connection's action. */
export interface Registration {
  action: Action;
  client: OAuthClient;
}

/** Which action a connection is of, and which of its bindings. */
export type ActionOf = Pick<Connection, 'tenantId' | 'gptId' | 'actionId' | 'binding'>;

/** How many GPTs' actions are remembered. */
const MAX_GPTS = 5000;

/** The client registrations of actions, read once for many connections. */
@Injectable()
export class Registrations {
  private readonly known: FreshCache<Map<string, Action>>;
  /** Goes with what is remembered of the action. */
  private readonly opened = new WeakMap<Action, Promise<OAuthClient>>();

  constructor(
    private readonly database: Database,
    private readonly clients: OAuthClients,
    cluster: Cluster,
  ) {
    this.known = new FreshCache(cluster, ['gpt'], MAX_GPTS);
  }

  /** @throws {UnusableConnectionError} its action has gone, changed or does not open */
  async of(connection: ActionOf): Promise<Registration> {
    const action = await this.action(connection);
    const client = this.opened.get(action) ?? this.clients.of(action);
    this.opened.set(action, client);
    try {
      return { action, client: await client };
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new UnusableConnectionError("the action's client secret does not open", { cause: error });
    }
  }

  /** The host that its tokens are renewed at. @throws {UnusableConnectionError} */
  async hostOf(connection: ActionOf): Promise<string> {
    const { refresh_url, token_url } = (await this.action(connection)).authSettings;
    const url = String(refresh_url ?? token_url);
    if (!URL.canParse(url)) throw new UnusableConnectionError('the action has no token URL');
    return new URL(url).host;
  }

  /** A refresh token goes to the action that it was granted to: where that has changed since, connections have ended. */
  private async action(connection: ActionOf): Promise<Action> {
    const { tenantId, gptId, actionId, binding } = connection;
    const topic = gptTopicId(tenantId, gptId);
    const read = async () => (await this.known.get(topic, () => this.read(connection)))?.get(actionId);
    let action = await read();
    if (action?.binding !== binding) {
      // What is remembered may be from before the user signed in anew.
      this.known.forget(topic);
      action = await read();
    }
    if (action?.binding !== binding) throw new UnusableConnectionError('the action is not what the user signed in to');
    return action;
  }

  private async read({ tenantId, gptId }: ActionOf): Promise<Map<string, Action>> {
    const actions = await this.database.tenant(tenantId).read((store) => store.find(Action, { gptId }));
    return new Map(actions.map((action) => [action.id, action]));
  }
}
