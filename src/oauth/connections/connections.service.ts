import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import type { Actor } from '../../audit/index.js';
import { Action } from '../../actions/index.js';
import {
  digest,
  InvalidRequestError,
  Logger,
  NotFoundError,
  pageOf,
  type Page,
  type TenantCaller,
} from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { OAuthClients } from '../clients.js';
import { TokenEndpoint } from '../token-endpoint.js';
import { traceView, type TraceDto } from '../trace/trace.dto.js';
import { Traces } from '../trace/traces.js';
import { Connection } from './connection.entity.js';
import {
  connectionView,
  type ConnectionDto,
  type ConnectionQuery,
  type RevokeConnectionsDto,
} from './connections.dto.js';
import { ConnectionWriter } from './connection-writer.js';
import { TokenSeal } from './token-seal.js';

/** How many connections one transaction ends. */
const BATCH = 200;

/** The connections of a tenant's users, as the tenant sees and ends them. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly writer: ConnectionWriter,
    private readonly clients: OAuthClients,
    private readonly endpoint: TokenEndpoint,
    private readonly seal: TokenSeal,
    private readonly traces: Traces,
    private readonly logger: Logger,
  ) {}

  list(tenantId: string, query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    const { user, gpt_id: gptId, action_id: actionId, status } = query;
    const where = {
      ...(user !== undefined && { userDigest: digest(user) }),
      ...(gptId !== undefined && { gptId }),
      ...(actionId !== undefined && { actionId }),
      ...(status !== undefined && { status }),
    };
    return this.database
      .tenant(tenantId)
      .read(async (store) => pageOf(await store.page(Connection, where, query), query.limit, connectionView));
  }

  async get(tenantId: string, id: string): Promise<ConnectionDto> {
    return connectionView(await this.find(tenantId, id));
  }

  /** What happened when its tokens were renewed. */
  async trace(tenantId: string, id: string): Promise<TraceDto> {
    const { status } = await this.find(tenantId, id);
    return traceView(id, status, await this.traces.of(tenantId, id));
  }

  /** Ends a connection: here at once and always, at the provider where that can be done. */
  async revoke(caller: TenantCaller, id: string): Promise<void> {
    const tenant = this.database.tenant(caller.tenantId);
    // A refresh that lands in between moves the version; what it stored is then what is ended.
    for (;;) {
      const row = await this.find(caller.tenantId, id);
      if (row.status === 'revoked') return;
      if (await tenant.write((store) => this.writer.end(store, row, 'revoked', caller, 'disconnected'))) {
        return this.revokeAtProvider(row);
      }
    }
  }

  /** @returns how many were ended. @throws {InvalidRequestError} no filter: that would be everyone */
  async revokeAll(caller: TenantCaller, { action_id, gpt_id, user }: RevokeConnectionsDto): Promise<number> {
    if (!action_id && !gpt_id && !user) throw InvalidRequestError.at('', 'name an action_id, a gpt_id or a user');
    const where = {
      ...(action_id && { actionId: action_id }),
      ...(gpt_id && { gptId: gpt_id }),
      ...(user && { userDigest: digest(user) }),
      status: Not('revoked' as const),
    };
    const ended: Connection[] = [];
    const tenant = this.database.tenant(caller.tenantId);
    for (let rows = await this.some(caller.tenantId, where); rows.length > 0;) {
      const batch = rows;
      ended.push(...(await tenant.write((store) => this.endRows(store, batch, caller))));
      rows = await this.some(caller.tenantId, where);
    }
    for (const row of ended) await this.revokeAtProvider(row);
    return ended.length;
  }

  /** Ends every connection of an action, in the transaction that changed where its tokens would go. */
  async endForAction(store: TenantStore, actionId: string, actor: Actor): Promise<void> {
    const rows = await store.find(Connection, { actionId, status: Not('revoked') });
    for (const row of rows) await this.writer.end(store, row, 'revoked', actor, 'action_changed');
  }

  private async endRows(store: TenantStore, rows: Connection[], actor: Actor): Promise<Connection[]> {
    const ended: Connection[] = [];
    for (const row of rows) if (await this.writer.end(store, row, 'revoked', actor, 'disconnected')) ended.push(row);
    return ended;
  }

  /** What the provider says changes nothing here: the tokens are gone already (SECURITY C39). */
  private async revokeAtProvider(row: Connection): Promise<void> {
    if (!row.tokens) return;
    try {
      const { tenantId, actionId } = row;
      const action = await this.database
        .tenant(tenantId)
        .read((store) => store.get(Action, { id: actionId }, 'action'));
      const client = await this.clients.of(action);
      if (!client.revocation_url) return;
      const { accessToken, refreshToken } = await this.seal.open({ ...row, tokens: row.tokens });
      try {
        if (refreshToken) await this.endpoint.revoke(client, refreshToken, 'refresh_token');
      } finally {
        // A refresh token that is not revoked is no reason to leave the access token be.
        await this.endpoint.revoke(client, accessToken, 'access_token');
      }
    } catch (err) {
      this.logger.warn({ err, connection_id: row.id }, 'a connection has ended here; its provider did not confirm');
    }
  }

  private some(tenantId: string, where: object): Promise<Connection[]> {
    return this.database
      .tenant(tenantId)
      .read((store) => store.manager.find(Connection, { where: { ...where, tenantId }, take: BATCH }));
  }

  private async find(tenantId: string, id: string): Promise<Connection> {
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(Connection, { id }));
    if (!row) throw new NotFoundError('connection');
    return row;
  }
}
