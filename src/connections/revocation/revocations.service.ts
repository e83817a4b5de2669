import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditLog, type Actor } from '../../audit/index.js';
import {
  ForbiddenError,
  InvalidRequestError,
  canUseGpt,
  NotFoundError,
  toPage,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import type { Action } from '../../actions/index.js';
import { Connection } from '../store/connection.entity.js';
import { advanceEpoch } from '../store/epochs.js';
import type { RevocableClient } from './store/copy-tokens.js';
import { countItems, noItems } from './store/item-counts.js';
import { Revocation } from './store/revocation.entity.js';
import { RevocationWorker } from './revocation-worker.js';
import {
  revocationView,
  type CountedConnectionsDto,
  type RevocationDto,
  type RevokeConnectionsDto,
  type RevokedConnectionsDto,
} from './revocations.dto.js';
import { CHUNK_SIZE, RevocationChunks } from './revocation-chunks.js';
import { Revoker, type EndedConnections, type RevocationCommand, type RevocationScope } from './revoker.js';

/** A scope must have one of these. */
const REQUIRED_FIELDS = ['action_id', 'gpt_id', 'user', 'all'];

/** How long the deletion of one connection waits for the provider. */
const PROVIDER_WAIT_MS = 2000;

/** Ends connections locally at once, and at the providers as soon as they respond (security rule C39). */
@Injectable()
export class RevocationsService {
  constructor(
    private readonly database: Database,
    private readonly revoker: Revoker,
    private readonly chunks: RevocationChunks,
    private readonly worker: RevocationWorker,
    private readonly audit: AuditLog,
  ) {}

  /** Ends one connection. If the provider does not confirm in time, the revocation continues in the background. */
  async revoke(caller: TenantCaller, id: string): Promise<void> {
    const { tenantId } = caller;
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row || !canUseGpt(caller, row.gptId)) throw new NotFoundError('connection');
    await this.revokeAs(caller, tenantId, id);
  }

  /**
   * Ends one connection without a permission check.
   *
   * @returns whether there was a connection to end
   */
  async revokeAs(actor: Actor, tenantId: string, id: string): Promise<boolean> {
    const ended = await this.database.tenant(tenantId).write(async (store) => {
      const { actionId, user } = await store.get(Connection, { id }, 'connection');
      const reason = 'disconnected';
      const command = { scope: { connection_id: id }, reason } as const;
      const revocation = await this.revoker.endNow(store, command);
      if (!revocation) return undefined;
      const details = { action_id: actionId, user, reason };
      const event = { type: 'connection.revoked', actor, targetId: id, details } as const;
      await this.audit.record(store, event);
      return revocation;
    });
    if (!ended) return false;
    await Promise.race([
      this.worker.processRevocation(tenantId, ended.revocationId),
      pause(PROVIDER_WAIT_MS, undefined, { ref: false }),
    ]);
    return true;
  }

  /**
   * Ends all matching connections; a dry run only counts them.
   *
   * @throws {InvalidRequestError} the scope names no action, GPT or user and not `all`
   * @throws {ForbiddenError} `all` without an admin key
   */
  async revokeAll(
    caller: TenantCaller,
    { dry_run: isDryRun = false, ...named }: RevokeConnectionsDto,
  ): Promise<RevokedConnectionsDto | CountedConnectionsDto> {
    const scope = Object.fromEntries(
      Object.entries(named).filter(([, value]) => value !== undefined && value !== null),
    );
    // `status` and `user_prefix` only narrow a scope: on their own they would end connections of the whole tenant.
    if (REQUIRED_FIELDS.every((name) => scope[name] === undefined)) {
      throw InvalidRequestError.at('', 'action_id, gpt_id, user or all is required');
    }
    if (named.all && caller.role !== 'admin') throw new ForbiddenError('only an admin key may end all connections');
    if (caller.gptIds && named.gpt_id === undefined) {
      throw InvalidRequestError.at('/gpt_id', 'this key is limited to certain GPTs: gpt_id is required');
    }
    if (named.gpt_id !== undefined && !canUseGpt(caller, named.gpt_id)) {
      return isDryRun ? { count: 0 } : { revoked: 0, revocation_id: null };
    }
    if (isDryRun) {
      return { count: await this.database.tenant(caller.tenantId).read((store) => this.revoker.count(store, scope)) };
    }
    const command = { scope, reason: 'disconnected' } as const;
    const ended = await this.endAll(caller, command);
    this.worker.wake();
    return { revoked: ended?.total ?? 0, revocation_id: ended?.revocationId ?? null };
  }

  /**
   * Ends every connection of an action, in the transaction that changes its endpoints. The rows follow in chunks after the commit, and the
   * provider is notified in the background.
   *
   * @param action the action before the change, with the client that the tokens were granted to
   */
  async endForAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    const command = commandFor(action);
    const total = await this.revoker.count(store, command.scope);
    if (total > 0) await this.decide(store, command, actor, total, { scopeId: action.id, client: action });
  }

  /**
   * Ends the connections of an action in the transaction that deletes it. Call `drainAction` before, so that they are few.
   *
   * @param action the action, with the client that the tokens were granted to
   */
  async endWithAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    const command = commandFor(action);
    const ended = await this.revoker.endNow(store, command, action);
    if (ended) await this.record(store, command, actor, ended);
  }

  /** Ends and deletes most connections of an action that is about to be deleted, in chunks. Does nothing if they are few. */
  async drainAction(action: DrainedAction, actor: Actor): Promise<void> {
    const { tenantId, gptId, id } = action;
    const tenant = this.database.tenant(tenantId);
    const isLarge = (await tenant.read((store) => store.count(Connection, { actionId: id }))) > CHUNK_SIZE;
    if (isLarge) await tenant.write((store) => this.endForAction(store, action, actor));
    await this.chunks.settle(tenantId, [tenantId, gptId, id]);
    if (isLarge) await this.chunks.deleteRows(tenantId, { actionId: id, tokens: IsNull() });
  }

  /** Ends and deletes most connections of a tenant that is about to be deleted, in chunks. Without its data keys, no provider can be notified. */
  async drainTenant(tenantId: string): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    if ((await tenant.read((store) => store.count(Connection, {}))) <= CHUNK_SIZE) return;
    await tenant.write((store) => advanceEpoch(store, tenantId));
    await this.chunks.deleteRows(tenantId, {});
  }

  /** Returns the progress of a revocation. */
  async get(caller: TenantCaller, id: string): Promise<RevocationDto> {
    return this.database.tenant(caller.tenantId).read(async (store) => {
      const row = await store.get(Revocation, { id }, 'revocation');
      if (!maySee(caller, row)) throw new NotFoundError('revocation');
      return revocationView(row, (await countItems(store, [id])).get(id) ?? noItems());
    });
  }

  /** Lists revocations. Pages may be shorter for keys that are limited to certain GPTs. */
  list(caller: TenantCaller, query: PageQuery): Promise<Page<RevocationDto>> {
    return this.database.tenant(caller.tenantId).read(async (store) => {
      const rows = await store.page(Revocation, {}, query);
      const counts = await countItems(
        store,
        rows.map(({ id }) => id),
      );
      const page = toPage(rows, query.limit, (row) => row);
      const visible = page.data.filter((row) => maySee(caller, row));
      return { ...page, data: visible.map((row) => revocationView(row, counts.get(row.id) ?? noItems())) };
    });
  }

  /** Ends all connections of a tenant, a GPT or an action with one small write, and others in chunks. */
  private async endAll(caller: TenantCaller, command: RevocationCommand): Promise<EndedConnections | undefined> {
    const { tenantId } = caller;
    const tenant = this.database.tenant(tenantId);
    const total = await tenant.read((store) => this.revoker.count(store, command.scope));
    if (total === 0) return undefined;
    const scopeId = epochScope(tenantId, command.scope);
    if (scopeId === undefined) return this.endFiltered(caller, command, total);
    const revocationId = await tenant.write((store) => this.decide(store, command, caller, total, { scopeId }));
    if (total <= CHUNK_SIZE) await this.chunks.follow(tenantId, revocationId);
    return { revocationId, total };
  }

  private async endFiltered(
    caller: TenantCaller,
    command: RevocationCommand,
    total: number,
  ): Promise<EndedConnections | undefined> {
    const tenant = this.database.tenant(caller.tenantId);
    if (total <= CHUNK_SIZE) {
      return tenant.write(async (store) => {
        const ended = await this.revoker.endNow(store, command);
        if (ended) await this.record(store, command, caller, ended);
        return ended;
      });
    }
    const revocationId = await tenant.write(async (store) => {
      const id = await this.revoker.begin(store, command, total);
      await this.record(store, command, caller, { revocationId: id, total });
      return id;
    });
    await this.chunks.endSelected(caller.tenantId, revocationId, command.scope);
    return { revocationId, total };
  }

  private async decide(
    store: TenantStore,
    command: RevocationCommand,
    actor: Actor,
    total: number,
    pending: { scopeId: string; client?: RevocableClient },
  ): Promise<string> {
    const revocationId = await this.revoker.begin(store, command, total, pending);
    await advanceEpoch(store, pending.scopeId);
    await this.record(store, command, actor, { revocationId, total });
    this.chunks.wake();
    return revocationId;
  }

  private record(
    store: TenantStore,
    { scope, reason }: RevocationCommand,
    actor: Actor,
    { revocationId: targetId, total: count }: EndedConnections,
  ): Promise<void> {
    return this.audit.record(store, {
      type: 'connections.revoked',
      actor,
      targetId,
      details: { scope, count, reason },
    });
  }
}

/** An action that is about to be deleted. */
export type DrainedAction = RevocableClient & Pick<Action, 'tenantId' | 'gptId'>;

function commandFor({ id }: RevocableClient): RevocationCommand {
  return { scope: { action_id: id }, reason: 'action_changed' };
}

/** Returns the tenant, the GPT or the action whose epoch ends all connections of a scope; `undefined` if the scope has other filters. */
function epochScope(tenantId: string, scope: RevocationScope): string | undefined {
  const { action_id, gpt_id, user, user_prefix, status } = scope;
  if (user !== undefined || user_prefix !== undefined || status !== undefined) return undefined;
  return action_id ?? gpt_id ?? tenantId;
}

/** Tells whether a caller may see a revocation. Keys that are limited to certain GPTs see those that name one of them. */
function maySee(caller: TenantCaller, { scope }: Revocation): boolean {
  return caller.gptIds === undefined || ('gpt_id' in scope && canUseGpt(caller, String(scope.gpt_id)));
}
