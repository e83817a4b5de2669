import { Injectable } from '@nestjs/common';
import { And, Equal, In, IsNull, Not, type FindOptionsWhere } from 'typeorm';
import { Action } from '../../actions/index.js';
import { Clock, digest, newId } from '../../common/index.js';
import { type TenantStore } from '../../database/index.js';
import { Connection, type ConnectionStatus } from '../store/connection.entity.js';
import { CLEARED_COLUMNS, ConnectionWriter } from '../store/connection-writer.js';
import { isCurrent } from '../store/epochs.js';
import { addTokens, copyTokens, revocationHost, type RevocableClient } from './store/copy-tokens.js';
import { closeIfDone } from './store/item-counts.js';
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
  reason: 'disconnected' | 'action_changed' | 'sign_in_failed';
}

export interface EndedConnections {
  revocationId: string;
  total: number;
}

/** The connections that an epoch has ended, whose rows follow. */
interface Pending {
  /** The tenant, the GPT or the action. */
  scopeId?: string;
  /** The action before the change that ended its connections. */
  client?: RevocableClient;
}

/** Connections that end together. */
type Selection = FindOptionsWhere<Connection>;

/**
 * Ends connections in one transaction and stores the revocations to send to their providers.
 *
 * It first writes the id of the revocation into the rows. This locks them and marks them for the statements that follow. The tokens of
 * an earlier refresh are revoked too; a later refresh finds another version.
 */
@Injectable()
export class Revoker {
  constructor(
    private readonly clock: Clock,
    writer: ConnectionWriter,
  ) {
    writer.beforeReplacing((store, row) => this.endSuperseded(store, row));
  }

  /** Counts the connections that a command would end. */
  count(store: TenantStore, scope: RevocationScope): Promise<number> {
    return store.count(Connection, connectionsOf(store, scope));
  }

  /** Stores a revocation of connections that are ended afterwards. */
  async begin(
    store: TenantStore,
    { scope, reason }: RevocationCommand,
    total: number,
    pending: Pending = {},
  ): Promise<string> {
    const { scopeId = null, client } = pending;
    const id = newId('rev');
    const row = {
      id,
      scope: { ...scope },
      reason,
      total,
      createdAt: this.clock.now(),
      endedAt: null,
      leaseUntil: null,
    };
    const snapshot = {
      actionId: client?.id ?? null,
      bindingVersion: client?.bindingVersion ?? null,
      authSettings: client?.authSettings ?? null,
      authSecrets: client?.authSecrets ?? null,
    };
    await store.insert(Revocation, [{ ...row, pendingScopeId: scopeId, ...snapshot }]);
    return id;
  }

  /**
   * Ends the connections of a small scope in this transaction.
   *
   * @param client the client that their tokens were granted to; the actions' own by default
   * @returns `undefined` if there was no connection to end
   */
  async endNow(
    store: TenantStore,
    command: RevocationCommand,
    client?: RevocableClient,
  ): Promise<EndedConnections | undefined> {
    const revocationId = await this.begin(store, command, 0);
    const total = await this.end(store, revocationId, connectionsOf(store, command.scope), client);
    if (total === 0) {
      await store.delete(Revocation, { id: revocationId });
      return undefined;
    }
    await store.update(Revocation, { id: revocationId }, { total });
    await closeIfDone(store, revocationId, this.clock.now());
    return { revocationId, total };
  }

  /**
   * Ends the selected connections.
   *
   * @param selected must be few: the transaction changes each row
   * @param client the client that their tokens were granted to; the actions' own by default
   * @returns how many connections were ended
   */
  async end(store: TenantStore, revocationId: string, selected: Selection, client?: RevocableClient): Promise<number> {
    const count = await store.update(Connection, selected, { leaseOwner: revocationId });
    if (count === 0) return 0;
    const now = this.clock.now();
    const claimed = { ...selected, leaseOwner: revocationId };
    for (const each of client ? [client] : await clientsOf(store, claimed)) {
      await copyTokens(store, claimed, each, now);
    }
    await store.update(Connection, claimed, { ...CLEARED_COLUMNS, status: 'revoked', version: () => 'version + 1' });
    return count;
  }

  /** Ends a connection that an epoch has ended, as a part of the revocation that has not reached it yet. */
  private async endSuperseded(store: TenantStore, row: Connection): Promise<boolean> {
    const { id, tenantId, gptId, actionId, bindingVersion } = row;
    const pending = await store.find(Revocation, { pendingScopeId: In([tenantId, gptId, actionId]) });
    const changed = pending.find((each) => each.bindingVersion === bindingVersion && each.actionId === actionId);
    const revocation = changed ?? pending[0];
    if (!revocation) return false;
    const selected = { id, version: row.version, tokens: Not(IsNull()) };
    return (await this.end(store, revocation.id, selected, clientOf(revocation))) === 1;
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
    // No item: the connection has not ended, or the provider has no revocation endpoint.
    const [item] = await store.find(
      RevocationItem,
      { connectionId, version: In([version, version + 1]) },
      { order: { version: 'ASC' } },
    );
    if (!item || revocationHost(client) === undefined) return;
    // The version after the one that was ended had no tokens. If it has an item, another late refresh was first.
    const lateVersion = item.version + 1;
    if (await store.exists(RevocationItem, { connectionId, version: lateVersion })) return;
    const { revocationId } = item;
    await addTokens(store, { connectionId, version: lateVersion, revocationId, tokens }, client, this.clock.now());
    await store.update(Revocation, { id: revocationId }, { endedAt: null });
  }
}

/** Returns the client that a revocation stores. */
export function clientOf({
  actionId,
  bindingVersion,
  authSettings,
  authSecrets,
}: Revocation): RevocableClient | undefined {
  if (actionId === null) return undefined;
  return { id: actionId, bindingVersion: bindingVersion ?? 0, authSettings: authSettings ?? {}, authSecrets };
}

/** Selects the connections of a scope that have not ended. */
export function connectionsOf(store: TenantStore, scope: RevocationScope): FindOptionsWhere<Connection> {
  const { connection_id, action_id, gpt_id, user, user_prefix, status } = scope;
  return {
    ...(connection_id !== undefined && { id: connection_id }),
    ...(action_id !== undefined && { actionId: action_id }),
    ...(gpt_id !== undefined && { gptId: gpt_id }),
    ...(user !== undefined && { userDigest: digest(user) }),
    ...(user_prefix !== undefined && { user: store.startsWith(user_prefix) }),
    status: status === undefined ? Not('revoked') : And(Not('revoked'), Equal(status)),
    epoch: isCurrent(),
  };
}

async function clientsOf(store: TenantStore, claimed: FindOptionsWhere<Connection>): Promise<RevocableClient[]> {
  const groups = await store.countGroups(Connection, ['actionId'], claimed);
  return store.find(Action, { id: In(groups.map(({ actionId }) => actionId)) });
}
