import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import type { Actor } from '../../audit/index.js';
import { digest } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { Connection } from '../store/connection.entity.js';
import { isCurrent } from '../store/epochs.js';
import { RevocationsService } from '../revocation/revocations.service.js';
import type { ConnectedAccountsLink } from './link.entity.js';

/** A connection as shown to its user. */
export interface Account {
  id: string;
  gptName: string;
  domain: string;
  status: 'active' | 'reconnect_required';
  connectedAt: Date;
  lastUsedAt: Date | null;
}

/** Connections shown on the page. */
export const MAX_SHOWN = 100;

/** The connections of a link's user, limited to the GPTs that the link covers. */
@Injectable()
export class ConnectedAccounts {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
  ) {}

  /** Lists up to `MAX_SHOWN` connections, oldest first. `isMore`: there are more. */
  async list(link: ConnectedAccountsLink): Promise<{ accounts: Account[]; isMore: boolean }> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const found = await store.page(Connection, coveredBy(link), { limit: MAX_SHOWN });
      return { accounts: await accountsOf(store, found.slice(0, MAX_SHOWN)), isMore: found.length > MAX_SHOWN };
    });
  }

  /** @returns `undefined` if the connection does not exist, belongs to another user, or has ended */
  async find(link: ConnectedAccountsLink, id: string): Promise<Account | undefined> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const row = await store.findOne(Connection, { ...coveredBy(link), id });
      return row ? (await accountsOf(store, [row]))[0] : undefined;
    });
  }

  /** @returns `undefined` if the connection does not exist, belongs to another user, or has not ended */
  async findEnded(link: ConnectedAccountsLink, id: string): Promise<Account | undefined> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const row = await store.findOne(Connection, { ...ofUser(link), id });
      return row?.status === 'revoked' ? (await accountsOf(store, [row]))[0] : undefined;
    });
  }

  /** Ends a connection on behalf of its user. @returns whether there was a connection to end */
  async disconnect(link: ConnectedAccountsLink, id: string, actor: Actor): Promise<boolean> {
    if (!(await this.find(link, id))) return false;
    return this.revocations.revokeAs(actor, link.tenantId, id);
  }
}

function coveredBy(link: ConnectedAccountsLink) {
  return { ...ofUser(link), status: Not('revoked' as const), epoch: isCurrent() };
}

function ofUser({ user, gptIds }: ConnectedAccountsLink) {
  return { userDigest: digest(user), ...(gptIds && { gptId: In(gptIds) }) };
}

async function accountsOf(store: TenantStore, rows: Connection[]): Promise<Account[]> {
  const gpts = await store.find(Gpt, { id: In([...new Set(rows.map(({ gptId }) => gptId))]) });
  const names = new Map(gpts.map(({ id, name }) => [id, name]));
  return rows.map(({ id, gptId, domain, status, createdAt, lastUsedAt }) => ({
    id,
    domain,
    gptName: names.get(gptId) ?? '',
    status: status === 'active' ? status : 'reconnect_required',
    connectedAt: createdAt,
    lastUsedAt,
  }));
}
