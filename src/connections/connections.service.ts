import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type FindOptionsWhere } from 'typeorm';
import { Action } from '../actions/index.js';
import type { Actor } from '../audit/index.js';
import {
  Clock,
  CountersignError,
  digest,
  canUseGpt,
  InvalidRequestError,
  NotFoundError,
  toPage,
  type Page,
  type TenantCaller,
} from '../common/index.js';
import { Database, type TenantStore } from '../database/index.js';
import type { RevocableClient } from './revocation/store/copy-tokens.js';
import { RevocationsService, type DrainedAction } from './revocation/revocations.service.js';
import { traceView, type TraceDto, Traces } from '../traces/index.js';
import type { ConnectionValues } from '../oauth/index.js';
import { TenantsService } from '../tenants/index.js';
import { UnsealError } from '../vault/index.js';
import { ConnectionImporter } from './import/connection-importer.js';
import type { CreateConnectionDto } from './import/create-connection.dto.js';
import { isCurrent, isRevoked } from './store/epochs.js';
import { ConnectionWriter, NO_FAILURES } from './store/connection-writer.js';
import { Connection, type ConnectionStatus } from './store/connection.entity.js';
import { TokenSeal } from './store/token-seal.js';
import { connectionView, type ConnectionDto, type ConnectionQuery } from './connections.dto.js';

/** Reads the connections of a tenant's users, creates them from tokens that the tenant has, and ends those of an action. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
    private readonly traces: Traces,
    private readonly clock: Clock,
    private readonly importer: ConnectionImporter,
    private readonly writer: ConnectionWriter,
    private readonly seal: TokenSeal,
    tenants: TenantsService,
  ) {
    tenants.beforeDelete((tenantId) => revocations.drainTenant(tenantId));
  }

  list({ tenantId, gptIds }: TenantCaller, query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    const { user, user_prefix: userPrefix, gpt_id: gptId, action_id: actionId, status } = query;
    const where = (store: TenantStore) => ({
      ...(user !== undefined && { userDigest: digest(user) }),
      ...(userPrefix !== undefined && { user: store.startsWith(userPrefix) }),
      ...(gptIds && { gptId: In(gptIds.filter((id) => gptId === undefined || id === gptId)) }),
      ...(!gptIds && gptId !== undefined && { gptId }),
      ...(actionId !== undefined && { actionId }),
      ...(status !== undefined && withStatus(status)),
    });
    return this.database.tenant(tenantId).read(async (store) => {
      const rows = await store.page(Connection, where(store), query);
      const settings = await settingsOf(store, rows);
      return toPage(rows, query.limit, (row) => connectionView(row, settings.get(row.actionId)));
    });
  }

  async get(caller: TenantCaller, id: string): Promise<ConnectionDto> {
    const row = await this.find(caller, id);
    const settings = await this.database.tenant(caller.tenantId).read((store) => settingsOf(store, [row]));
    const values = caller.role === 'admin' ? await this.valuesOf(row) : undefined;
    return { ...connectionView(row, settings.get(row.actionId)), ...(values && { values }) };
  }

  /**
   * Stores tokens that the tenant has already as the connection of a user.
   *
   * @throws {CountersignError} `conflict`: the user has an active connection, and `replace` is not set
   * @throws {NotFoundError} the tenant has no such action
   * @throws {InvalidRequestError} the action's users do not sign in, or the tokens do not fit its schema
   */
  async create(caller: TenantCaller, tokens: CreateConnectionDto): Promise<ConnectionDto> {
    const [result] = await this.importer.store(caller.tenantId, [tokens], async (store, [stored]) => {
      if (!stored || !('connectionId' in stored)) return;
      await this.writer.recordConnected(
        store,
        { ...stored, user: tokens.user, actor: caller },
        stored.status === 'created',
      );
    });
    if (result && 'connectionId' in result) return this.get(caller, result.connectionId);
    if (result?.status === 'skipped') {
      throw new CountersignError(
        'conflict',
        'the user has an active connection; send `"replace": true` to replace its tokens',
      );
    }
    throw result && 'errors' in result ? new InvalidRequestError(result.errors) : new NotFoundError('action');
  }

  /** Returns the trace of a connection's refreshes. */
  async trace(caller: TenantCaller, id: string): Promise<TraceDto> {
    const { status } = await this.find(caller, id);
    return traceView(id, status, await this.traces.of(caller.tenantId, id));
  }

  /** Refreshes every connection of an action whose last refresh failed, because the settings that it failed with have changed. */
  async retryForAction(store: TenantStore, actionId: string): Promise<void> {
    const failed = {
      actionId,
      hasRefreshToken: true,
      refreshConcern: Not(IsNull()),
      status: Not<ConnectionStatus>('revoked'),
    };
    await store.update(Connection, failed, { ...NO_FAILURES, backgroundRefreshAt: this.clock.now() });
  }

  /** Ends every connection of an action. @param action the action before the change that ends them */
  endForAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    return this.revocations.endForAction(store, action, actor);
  }

  /** Ends the connections of an action in the transaction that deletes it. */
  endWithAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    return this.revocations.endWithAction(store, action, actor);
  }

  /** Ends and deletes most connections of an action before the transaction that deletes it. */
  drainAction(action: DrainedAction, actor: Actor): Promise<void> {
    return this.revocations.drainAction(action, actor);
  }

  /** Values that cannot be decrypted count as absent, like other secrets in views. */
  private async valuesOf({ tenantId, id, tokens }: Connection): Promise<ConnectionValues | undefined> {
    if (tokens === null) return undefined;
    try {
      return (await this.seal.unseal({ tenantId, id, tokens })).values;
    } catch (error) {
      if (error instanceof UnsealError) return undefined;
      throw error;
    }
  }

  private async find(caller: TenantCaller, id: string): Promise<Connection> {
    const row = await this.database.tenant(caller.tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row || !canUseGpt(caller, row.gptId)) throw new NotFoundError('connection');
    return row;
  }
}

/** Selects the connections that are read with a status. */
function withStatus(status: ConnectionStatus): FindOptionsWhere<Connection> {
  return status === 'revoked' ? { epoch: isRevoked() } : { status, epoch: isCurrent() };
}

/** Returns the settings of the connections' actions by the ids of the actions. */
async function settingsOf(
  store: TenantStore,
  rows: readonly Connection[],
): Promise<Map<string, Record<string, unknown>>> {
  const ids = [...new Set(rows.map(({ actionId }) => actionId))];
  const actions = await store.find(Action, { id: In(ids) }, { select: { id: true, authSettings: true } });
  return new Map(actions.map(({ id, authSettings }) => [id, authSettings]));
}
