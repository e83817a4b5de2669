import { Injectable } from '@nestjs/common';
import { And, Equal, In, Not, type FindOptionsWhere } from 'typeorm';
import { Action } from '../../actions/index.js';
import { Clock, digest, newId } from '../../common/index.js';
import { type TenantStore } from '../../database/index.js';
import { Connection, type ConnectionStatus } from '../store/connection.entity.js';
import { CLEARED_COLUMNS } from '../store/connection-writer.js';
import { copyTokens, revocationHost, type RevocableClient } from './store/copy-tokens.js';
import { hasPending } from './store/item-counts.js';
import { RevocationItem } from './store/revocation-item.entity.js';
import { Revocation } from './store/revocation.entity.js';

/** Selects the connections to end. All given fields must match. */
export interface RevocationScope {
  connection_id?: string;
  action_id?: string;
  gpt_id?: string;
  user?: string;
  /** A prefix of the user's id. */
  user_prefix?: string;
  status?: ConnectionStatus;
  /** Confirms that the scope names no action, GPT or user. */
  all?: true;
}

export interface RevocationCommand {
  scope: RevocationScope;
  reason: 'disconnected' | 'action_changed';
}

export interface EndedConnections {
  revocationId: string;
  total: number;
}

/**
 * Ends any number of connections in one transaction and stores the revocations to send to their providers.
 *
 * It first writes the id of the revocation into the rows. This locks them and marks them for the statements that follow. The tokens of
 * an earlier refresh are revoked too; a later refresh finds another version.
 */
@Injectable()
export class Revoker {
  constructor(private readonly clock: Clock) {}

  /** Counts the connections that a command would end. */
  count(store: TenantStore, scope: RevocationScope): Promise<number> {
    return store.count(Connection, connectionsOf(store, scope));
  }

  /**
   * @param store the store of the transaction
   * @param clients the actions' clients, if they differ from the stored ones
   * @returns `undefined` if there was no connection to end
   */
  async end(
    store: TenantStore,
    { scope, reason }: RevocationCommand,
    clients?: RevocableClient[],
  ): Promise<EndedConnections | undefined> {
    const revocationId = newId('rev');
    const selected = connectionsOf(store, scope);
    const total = await store.update(Connection, selected, { leaseOwner: revocationId });
    if (total === 0) return undefined;
    const now = this.clock.now();
    const row = { id: revocationId, scope: { ...scope }, reason, total, createdAt: now, endedAt: null };
    await store.insert(Revocation, [row]);
    const claimed = { ...selected, leaseOwner: revocationId };
    for (const client of clients ?? (await clientsOf(store, claimed))) {
      await copyTokens(store, claimed, client, now);
    }
    await store.update(Connection, claimed, { ...CLEARED_COLUMNS, status: 'revoked', version: () => 'version + 1' });
    if (!(await hasPending(store, revocationId)))
      await store.update(Revocation, { id: revocationId }, { endedAt: now });
    return { revocationId, total };
  }

  /**
   * Adds a revocation for tokens that were granted after their connection was ended, by a refresh that had started before. They are valid at
   * the provider and stored nowhere else.
   *
   * @param seen the connection as the refresh started with it
   * @param client the client of the refresh
   * @param tokens the granted tokens, sealed
   */
  async revokeLateTokens(store: TenantStore, seen: Connection, client: RevocableClient, tokens: string): Promise<void> {
    const { id: connectionId, version } = seen;
    const items = await store.find(RevocationItem, { connectionId, version: In([version, version + 1]) });
    const host = revocationHost(client);
    // No item: the connection has not ended, or the provider has no revocation endpoint. Two items: another late refresh was first.
    const [item, ...others] = items;
    if (!item || others.length > 0 || host === undefined) return;
    const { revocationId, actionId } = item;
    const { authSettings, authSecrets } = client;
    const due = {
      status: 'pending' as const,
      settledToken: null,
      attempts: 0,
      nextAttemptAt: this.clock.now(),
      errorCode: null,
    };
    // The version that the connection would have with these tokens. No other item can have it.
    const late = {
      connectionId,
      version: version + 1,
      revocationId,
      actionId,
      host,
      authSettings,
      authSecrets,
      tokens,
    };
    await store.insert(RevocationItem, [{ ...late, ...due }]);
    await store.update(Revocation, { id: revocationId }, { endedAt: null });
  }
}

/** Selects the connections of a scope that have not ended. */
function connectionsOf(store: TenantStore, scope: RevocationScope): FindOptionsWhere<Connection> {
  const { connection_id, action_id, gpt_id, user, user_prefix, status } = scope;
  return {
    ...(connection_id !== undefined && { id: connection_id }),
    ...(action_id !== undefined && { actionId: action_id }),
    ...(gpt_id !== undefined && { gptId: gpt_id }),
    ...(user !== undefined && { userDigest: digest(user) }),
    ...(user_prefix !== undefined && { user: store.startsWith(user_prefix) }),
    status: status === undefined ? Not('revoked') : And(Not('revoked'), Equal(status)),
  };
}

async function clientsOf(store: TenantStore, claimed: FindOptionsWhere<Connection>): Promise<RevocableClient[]> {
  const groups = await store.countGroups(Connection, ['actionId'], claimed);
  return store.find(Action, { id: In(groups.map(({ actionId }) => actionId)) });
}
