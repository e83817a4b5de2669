import { Injectable } from '@nestjs/common';
import { And, Equal, In, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { Action } from '../../actions/index.js';
import { Clock, digest, newId } from '../../common/index.js';
import { beginsToTheLetter, type TenantStore } from '../../database/index.js';
import { Connection, type ConnectionStatus } from '../connection.entity.js';
import { ENDED } from '../connection-writer.js';
import { copyTokens, revocationHost, type Registration } from './copy-tokens.js';
import { hasPending } from './item-counts.js';
import { RevocationItem } from './revocation-item.entity.js';
import { Revocation } from './revocation.entity.js';

/** Which connections end: those of the tenant that fit all that is named. */
export interface RevocationScope {
  connection_id?: string;
  action_id?: string;
  gpt_id?: string;
  user?: string;
  /** How the user's id begins. */
  user_prefix?: string;
  /** Those that have ended do not end again. */
  status?: ConnectionStatus;
  /** Says that no action, GPT or user need be named: every connection of the tenant that fits the rest. */
  all?: true;
}

/** What is to end, and why. */
export interface RevocationCommand {
  scope: RevocationScope;
  reason: 'disconnected' | 'action_changed';
}

/** What a command ended. */
export interface Ended {
  revocationId: string;
  total: number;
}

/**
 * Ends connections as one, however many there are, and leaves behind what their providers have to be told.
 *
 * A command first writes its id into the rows. That locks them, and each statement after it finds exactly those: a refresh that was stored
 * before is copied and ended with its connection, one that comes after finds that the version has moved.
 */
@Injectable()
export class Revoker {
  constructor(private readonly clock: Clock) {}

  /** How many connections a command would end. */
  count({ manager, tenantId }: TenantStore, scope: RevocationScope): Promise<number> {
    return manager.countBy(Connection, { ...connectionsOf(manager, scope), tenantId });
  }

  /**
   * @param store of the transaction that this is a part of
   * @param registrations of the actions concerned, where they are no longer those that are stored
   * @returns `undefined` where there was nothing to end
   */
  async end(
    store: TenantStore,
    { scope, reason }: RevocationCommand,
    registrations?: Registration[],
  ): Promise<Ended | undefined> {
    const revocationId = newId('rev');
    const chosen = connectionsOf(store.manager, scope);
    const total = await store.update(Connection, chosen, { leaseOwner: revocationId });
    if (total === 0) return undefined;
    const now = this.clock.now();
    const row = { id: revocationId, scope: { ...scope }, reason, total, createdAt: now, endedAt: null };
    await store.insert(Revocation, [row]);
    const claimed = { ...chosen, tenantId: store.tenantId, leaseOwner: revocationId };
    for (const registration of registrations ?? (await registrationsOf(store, claimed))) {
      await copyTokens(store.manager, claimed, registration, now);
    }
    await store.manager.update(Connection, claimed, { ...ENDED, status: 'revoked', version: () => 'version + 1' });
    if (!(await hasPending(store, revocationId)))
      await store.update(Revocation, { id: revocationId }, { endedAt: now });
    return { revocationId, total };
  }

  /**
   * Has tokens revoked that were granted to a connection by a refresh that had begun before it was ended here: they are good at the
   * provider, and nobody else knows of them.
   *
   * @param seen the connection as the refresh began with it
   * @param registration that the refresh was made with
   * @param tokens what it was granted, sealed
   */
  async addLate(store: TenantStore, seen: Connection, registration: Registration, tokens: string): Promise<void> {
    const { id: connectionId, version } = seen;
    const items = await store.find(RevocationItem, { connectionId, version: In([version, version + 1]) });
    const host = revocationHost(registration);
    // Without an item the connection was not ended here, or its provider does not want to be told; with two, somebody else was late too.
    const [item, ...others] = items;
    if (!item || others.length > 0 || host === undefined) return;
    const { revocationId, actionId } = item;
    const { authSettings: settings, authSecrets: secrets } = registration;
    const due = { status: 'pending' as const, attempts: 0, nextAt: this.clock.now(), errorCode: null };
    // The version that the connection would have with these tokens; it has ended instead and never has any under that.
    const late = { connectionId, version: version + 1, revocationId, actionId, host, settings, secrets, tokens };
    await store.insert(RevocationItem, [{ ...late, ...due }]);
    await store.update(Revocation, { id: revocationId }, { endedAt: null });
  }
}

/** Those of a scope that have not ended yet. */
function connectionsOf(manager: EntityManager, scope: RevocationScope): FindOptionsWhere<Connection> {
  const { connection_id, action_id, gpt_id, user, user_prefix, status } = scope;
  return {
    ...(connection_id !== undefined && { id: connection_id }),
    ...(action_id !== undefined && { actionId: action_id }),
    ...(gpt_id !== undefined && { gptId: gpt_id }),
    ...(user !== undefined && { userDigest: digest(user) }),
    ...(user_prefix !== undefined && { user: beginsToTheLetter(manager, user_prefix) }),
    status: status === undefined ? Not('revoked') : And(Not('revoked'), Equal(status)),
  };
}

async function registrationsOf(store: TenantStore, claimed: FindOptionsWhere<Connection>): Promise<Registration[]> {
  const rows = await store.manager
    .createQueryBuilder(Connection, 'row')
    .select('DISTINCT action_id', 'id')
    .where(claimed)
    .getRawMany<{ id: string }>();
  return store.find(Action, { id: In(rows.map(({ id }) => id)) });
}
