import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Actor } from '../audit/index.js';
import {
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
import { RevocationsService } from './revocation/revocations.service.js';
import { traceView, type TraceDto, Traces } from '../traces/index.js';
import { ConnectionImporter } from './import/connection-importer.js';
import type { CreateConnectionDto } from './import/create-connection.dto.js';
import { ConnectionWriter } from './store/connection-writer.js';
import { Connection } from './store/connection.entity.js';
import { connectionView, type ConnectionDto, type ConnectionQuery } from './connections.dto.js';

/** Reads the connections of a tenant's users, creates them from tokens that the tenant has, and ends those of an action. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
    private readonly traces: Traces,
    private readonly importer: ConnectionImporter,
    private readonly writer: ConnectionWriter,
  ) {}

  list({ tenantId, gptIds }: TenantCaller, query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    const { user, user_prefix: userPrefix, gpt_id: gptId, action_id: actionId, status } = query;
    const where = (store: TenantStore) => ({
      ...(user !== undefined && { userDigest: digest(user) }),
      ...(userPrefix !== undefined && { user: store.startsWith(userPrefix) }),
      ...(gptIds && { gptId: In(gptIds.filter((id) => gptId === undefined || id === gptId)) }),
      ...(!gptIds && gptId !== undefined && { gptId }),
      ...(actionId !== undefined && { actionId }),
      ...(status !== undefined && { status }),
    });
    return this.database.tenant(tenantId).read(async (store) => {
      const rows = await store.page(Connection, where(store), query);
      return toPage(rows, query.limit, connectionView);
    });
  }

  async get(caller: TenantCaller, id: string): Promise<ConnectionDto> {
    return connectionView(await this.find(caller, id));
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

  /** Ends every connection of an action. @param action the action before the change that ends them */
  endForAction(store: TenantStore, action: RevocableClient, actor: Actor): Promise<void> {
    return this.revocations.endForAction(store, action, actor);
  }

  private async find(caller: TenantCaller, id: string): Promise<Connection> {
    const row = await this.database.tenant(caller.tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row || !canUseGpt(caller, row.gptId)) throw new NotFoundError('connection');
    return row;
  }
}
