import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import type { Actor } from '../../audit/index.js';
import { digest } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { Connection } from '../connection.entity.js';
import { RevocationsService } from '../revocation/revocations.service.js';
import type { ConnectedAccountsLink } from './link.entity.js';

/** One account, as its owner sees it. */
export interface Account {
  id: string;
  gptName: string;
  domain: string;
  status: 'active' | 'reconnect_required';
  connectedAt: Date;
  lastUsedAt: Date | null;
}

/** More than anybody has. */
export const MOST_SHOWN = 100;

/** What a user has connected, as the link's key lets them see it. */
@Injectable()
export class ConnectedAccounts {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
  ) {}

  /** Oldest first; `isMore` where there are more than are shown. */
  async of(link: ConnectedAccountsLink): Promise<{ accounts: Account[]; isMore: boolean }> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const found = await store.page(Connection, shownBy(link), { limit: MOST_SHOWN });
      return { accounts: await named(store, found.slice(0, MOST_SHOWN)), isMore: found.length > MOST_SHOWN };
    });
  }

  /** @returns `undefined` for what is not there, not theirs, or no longer connected */
  async one(link: ConnectedAccountsLink, id: string): Promise<Account | undefined> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const row = await store.findOne(Connection, { ...shownBy(link), id });
      return row ? (await named(store, [row]))[0] : undefined;
    });
  }

  /** One that has ended, to tell which it was. @returns `undefined` for what is not theirs, or goes on */
  async ended(link: ConnectedAccountsLink, id: string): Promise<Account | undefined> {
    return this.database.tenant(link.tenantId).read(async (store) => {
      const row = await store.findOne(Connection, { ...shownBy(link), id, status: 'revoked' });
      return row ? (await named(store, [row]))[0] : undefined;
    });
  }

  /** Ends a connection as its user. @returns whether there was one to end */
  async disconnect(link: ConnectedAccountsLink, id: string, actor: Actor): Promise<boolean> {
    if (!(await this.one(link, id))) return false;
    return this.revocations.revokeAs(actor, link.tenantId, id);
  }
}

function shownBy({ user, gptIds }: ConnectedAccountsLink) {
  const status = Not('revoked' as const);
  return { userDigest: digest(user), status, ...(gptIds && { gptId: In(gptIds) }) };
}

async function named(store: TenantStore, rows: Connection[]): Promise<Account[]> {
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
