import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
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
import { Connection } from '../store/connection.entity.js';
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
import { Revoker, type EndedConnections, type RevocationCommand } from './revoker.js';

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
      const revocation = await this.revoker.end(store, { scope: { connection_id: id }, reason });
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
    const ended = await this.database.tenant(caller.tenantId).write((store) => this.endMany(store, command, caller));
    if (ended) this.worker.wake();
    return { revoked: ended?.total ?? 0, revocation_id: ended?.revocationId ?? null };
  }

  /**
   * Ends every connection of an action, in the transaction that changes its endpoints or deletes it. The provider is notified in the
   * background after the commit.
   *
   * @param action the action before the change, with the client that the tokens were granted to
   */
  async endForAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    await this.endMany(store, { scope: { action_id: action.id }, reason: 'action_changed' }, actor, action);
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

  private async endMany(
    store: TenantStore,
    command: RevocationCommand,
    actor: Actor,
    action?: RevocableClient,
  ): Promise<EndedConnections | undefined> {
    const ended = await this.revoker.end(store, command, action && [action]);
    if (!ended) return undefined;
    const { scope, reason } = command;
    const details = { scope, count: ended.total, reason };
    const event = { type: 'connections.revoked', actor, targetId: ended.revocationId, details } as const;
    await this.audit.record(store, event);
    return ended;
  }
}

/** Tells whether a caller may see a revocation. Keys that are limited to certain GPTs see those that name one of them. */
function maySee(caller: TenantCaller, { scope }: Revocation): boolean {
  return caller.gptIds === undefined || ('gpt_id' in scope && canUseGpt(caller, String(scope.gpt_id)));
}
