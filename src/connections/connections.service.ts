import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Actor } from '../audit/index.js';
import { digest, mayUseGpt, NotFoundError, pageOf, type Page, type TenantCaller } from '../common/index.js';
import { beginsToTheLetter, Database, type TenantStore } from '../database/index.js';
import type { Registration } from './revocation/copy-tokens.js';
import { RevocationsService } from './revocation/revocations.service.js';
import { traceView, type TraceDto, Traces } from '../traces/index.js';
import { Connection } from './connection.entity.js';
import { connectionView, type ConnectionDto, type ConnectionQuery } from './connections.dto.js';

/** The connections of a tenant's users, as the tenant sees and ends them. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
    private readonly traces: Traces,
  ) {}

  list({ tenantId, gptIds }: TenantCaller, query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    const { user, user_prefix: userPrefix, gpt_id: gptId, action_id: actionId, status } = query;
    const where = (manager: EntityManager) => ({
      ...(user !== undefined && { userDigest: digest(user) }),
      ...(userPrefix !== undefined && { user: beginsToTheLetter(manager, userPrefix) }),
      ...(gptIds && { gptId: In(gptIds.filter((id) => gptId === undefined || id === gptId)) }),
      ...(!gptIds && gptId !== undefined && { gptId }),
      ...(actionId !== undefined && { actionId }),
      ...(status !== undefined && { status }),
    });
    return this.database.tenant(tenantId).read(async (store) => {
      const rows = await store.page(Connection, where(store.manager), query);
      return pageOf(rows, query.limit, connectionView);
    });
  }

  async get(caller: TenantCaller, id: string): Promise<ConnectionDto> {
    return connectionView(await this.find(caller, id));
  }

  /** What happened when its tokens were renewed. */
  async trace(caller: TenantCaller, id: string): Promise<TraceDto> {
    const { status } = await this.find(caller, id);
    return traceView(id, status, await this.traces.of(caller.tenantId, id));
  }

  /** Ends every connection of an action. @param action as it was before the change that ends them */
  endForAction(store: TenantStore, action: Registration, actor: Actor): Promise<void> {
    return this.revocations.endForAction(store, action, actor);
  }

  private async find(caller: TenantCaller, id: string): Promise<Connection> {
    const row = await this.database.tenant(caller.tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row || !mayUseGpt(caller, row.gptId)) throw new NotFoundError('connection');
    return row;
  }
}
