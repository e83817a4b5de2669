import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AuditLog, type Actor } from '../../audit/index.js';
import {
  ForbiddenError,
  InvalidRequestError,
  mayUseGpt,
  NotFoundError,
  pageOf,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Connection } from '../connection.entity.js';
import type { Registration } from './copy-tokens.js';
import { countItems, noItems } from './item-counts.js';
import { Revocation } from './revocation.entity.js';
import { RevocationWorker } from './revocation-worker.js';
import {
  revocationView,
  type CountedConnectionsDto,
  type RevocationDto,
  type RevokeConnectionsDto,
  type RevokedConnectionsDto,
} from './revocations.dto.js';
import { Revoker, type Ended, type RevocationCommand } from './revoker.js';

/** What has to be named, one of them. */
const NAMES = ['action_id', 'gpt_id', 'user', 'all'];

/** How long who ends one connection waits for its provider's answer. */
const ANSWER_MS = 2000;

/** Ends connections: here at once and always, at the providers as soon as they can be told (SECURITY C39). */
@Injectable()
export class RevocationsService {
  constructor(
    private readonly database: Database,
    private readonly revoker: Revoker,
    private readonly worker: RevocationWorker,
    private readonly audit: AuditLog,
  ) {}

  /** Ends one connection. Its provider has mostly been told when this returns; where not, that goes on in the background. */
  async revoke(caller: TenantCaller, id: string): Promise<void> {
    const { tenantId } = caller;
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row || !mayUseGpt(caller, row.gptId)) throw new NotFoundError('connection');
    await this.revokeAs(caller, tenantId, id);
  }

  /**
   * The same for whoever may: that has been looked at before.
   *
   * @returns whether there was one to end
   */
  async revokeAs(actor: Actor, tenantId: string, id: string): Promise<boolean> {
    const ended = await this.database.tenant(tenantId).write(async (store) => {
      const { actionId, user } = await store.get(Connection, { id }, 'connection');
      const reason = 'disconnected';
      const revocation = await this.revoker.end(store, { scope: { connection_id: id }, reason });
      if (!revocation) return undefined;
      const details = { action_id: actionId, user, reason };
      const event = { tenantId, type: 'connection.revoked', actor, targetId: id, details } as const;
      await this.audit.record(store.manager, event);
      return revocation;
    });
    if (!ended) return false;
    await Promise.race([this.worker.tell(tenantId, ended.revocationId), pause(ANSWER_MS, undefined, { ref: false })]);
    return true;
  }

  /**
   * Ends all connections that fit; a dry run only counts them.
   *
   * @throws {InvalidRequestError} nothing is named, or nothing but a part of it
   * @throws {ForbiddenError} `all`, without an admin's key
   */
  async revokeAll(
    caller: TenantCaller,
    { dry_run: isDryRun = false, ...named }: RevokeConnectionsDto,
  ): Promise<RevokedConnectionsDto | CountedConnectionsDto> {
    const scope = Object.fromEntries(
      Object.entries(named).filter(([, value]) => value !== undefined && value !== null),
    );
    // A part of all is not less than all to those who may not end all.
    if (NAMES.every((name) => scope[name] === undefined)) {
      throw InvalidRequestError.at('', 'name an action_id, a gpt_id or a user, or say all');
    }
    if (named.all && caller.role !== 'admin') throw new ForbiddenError('only an admin key may end all connections');
    if (caller.gptIds && named.gpt_id === undefined) {
      throw InvalidRequestError.at('/gpt_id', 'this key is for some GPTs only: name one of them');
    }
    if (named.gpt_id !== undefined && !mayUseGpt(caller, named.gpt_id)) {
      return isDryRun ? { count: 0 } : { revoked: 0, revocation_id: null };
    }
    if (isDryRun) {
      return { count: await this.database.tenant(caller.tenantId).read((store) => this.revoker.count(store, scope)) };
    }
    const command = { scope, reason: 'disconnected' } as const;
    const ended = await this.database.tenant(caller.tenantId).write((store) => this.endMany(store, command, caller));
    if (ended) this.worker.nudge();
    return { revoked: ended?.total ?? 0, revocation_id: ended?.revocationId ?? null };
  }

  /**
   * Ends every connection of an action, in the transaction that changes where its tokens would go, or deletes it. The provider is told
   * in the background, after that.
   *
   * @param action as it was, with the registration that the tokens were granted to
   */
  async endForAction(store: TenantStore, action: Registration, actor: Actor): Promise<void> {
    await this.endMany(store, { scope: { action_id: action.id }, reason: 'action_changed' }, actor, action);
  }

  /** How far the providers have been told. */
  async get(caller: TenantCaller, id: string): Promise<RevocationDto> {
    return this.database.tenant(caller.tenantId).read(async (store) => {
      const row = await store.get(Revocation, { id }, 'revocation');
      if (!maySee(caller, row)) throw new NotFoundError('revocation');
      return revocationView(row, (await countItems(store, [id])).get(id) ?? noItems());
    });
  }

  /** A page may be shorter for a key that is for some GPTs: what is of others is left out of it. */
  list(caller: TenantCaller, query: PageQuery): Promise<Page<RevocationDto>> {
    return this.database.tenant(caller.tenantId).read(async (store) => {
      const rows = await store.page(Revocation, {}, query);
      const counts = await countItems(
        store,
        rows.map(({ id }) => id),
      );
      const page = pageOf(rows, query.limit, (row) => row);
      const seen = page.data.filter((row) => maySee(caller, row));
      return { ...page, data: seen.map((row) => revocationView(row, counts.get(row.id) ?? noItems())) };
    });
  }

  private async endMany(
    store: TenantStore,
    command: RevocationCommand,
    actor: Actor,
    action?: Registration,
  ): Promise<Ended | undefined> {
    const ended = await this.revoker.end(store, command, action && [action]);
    if (!ended) return undefined;
    const { manager, tenantId } = store;
    const { scope, reason } = command;
    const details = { scope, count: ended.total, reason };
    const event = { tenantId, type: 'connections.revoked', actor, targetId: ended.revocationId, details } as const;
    await this.audit.record(manager, event);
    return ended;
  }
}

/** A key that is for some GPTs sees the commands that named one of them. */
function maySee(caller: TenantCaller, { scope }: Revocation): boolean {
  return caller.gptIds === undefined || ('gpt_id' in scope && mayUseGpt(caller, String(scope.gpt_id)));
}
