import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Actor } from '../audit/index.js';
import { digest, canUseGpt, NotFoundError, toPage, type Page, type TenantCaller } from '../common/index.js';
import { Database, type TenantStore } from '../database/index.js';
import type { RevocableClient } from './revocation/store/copy-tokens.js';
import { RevocationsService } from './revocation/revocations.service.js';
import { traceView, type TraceDto, Traces } from '../traces/index.js';
import type { ConnectionValues } from '../oauth/index.js';
import { UnsealError } from '../vault/index.js';
import { TokenSeal } from './store/token-seal.js';
import { Connection } from './store/connection.entity.js';
import { connectionView, type ConnectionDto, type ConnectionQuery } from './connections.dto.js';

/** Reads the connections of a tenant's users, and ends those of an action. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
    private readonly traces: Traces,
    private readonly seal: TokenSeal,
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
    const row = await this.find(caller, id);
    const values = caller.role === 'admin' ? await this.valuesOf(row) : undefined;
    return { ...connectionView(row), ...(values && { values }) };
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
