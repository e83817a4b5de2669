import { Injectable } from '@nestjs/common';
import { Brackets } from 'typeorm';
import { Clock } from '../../common/index.js';
import { Database, isFreeAt } from '../../database/index.js';
import { Connection, type ConnectionStatus } from '../store/connection.entity.js';
import { isCurrent } from '../store/epochs.js';

/** The columns of a due connection that scheduling needs. */
export type DueConnection = Pick<Connection, 'tenantId' | 'id' | 'gptId' | 'actionId' | 'bindingVersion'>;

interface DueRow extends DueConnection {
  /** As returned by the database driver. */
  backgroundRefreshAt: Date | string;
}

/** Rows per query. */
const PAGE_SIZE = 1000;

const COLUMNS = {
  tenant_id: 'tenantId',
  id: 'id',
  gpt_id: 'gptId',
  action_id: 'actionId',
  binding_version: 'bindingVersion',
  background_refresh_at: 'backgroundRefreshAt',
};

/** The statuses of connections that are refreshed; those that are in use come first. */
const STATUSES = ['active', 'reconnect_required'] as const;

/** Lists the connections that are due for a background refresh and not leased. It is a query, so there is no list to keep in sync. */
@Injectable()
export class DueList {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Yields pages of due connections: those of each status, longest overdue first. */
  async *pages(): AsyncGenerator<DueConnection[]> {
    const now = this.clock.now();
    for (const status of STATUSES) yield* this.pagesOf(status, now);
  }

  private async *pagesOf(status: ConnectionStatus, now: Date): AsyncGenerator<DueConnection[]> {
    for (let after: DueRow | undefined; ;) {
      const page = await this.page(status, now, after);
      yield page;
      after = page.at(-1);
      if (page.length < PAGE_SIZE) return;
    }
  }

  private page(status: ConnectionStatus, now: Date, after: DueRow | undefined): Promise<DueRow[]> {
    return this.database.read((manager) => {
      const query = manager
        .createQueryBuilder(Connection, 'row')
        .select([])
        .where('row.status = :status AND row.background_refresh_at <= :now', { status, now })
        .andWhere({ leaseUntil: isFreeAt(now), epoch: isCurrent() });
      for (const [column, name] of Object.entries(COLUMNS)) query.addSelect(`row.${column}`, name);
      if (after) query.andWhere(isAfter(after));
      return query
        .orderBy('row.background_refresh_at')
        .addOrderBy('row.tenant_id')
        .addOrderBy('row.id')
        .limit(PAGE_SIZE)
        .getRawMany<DueRow>();
    });
  }
}

/** Selects the rows after a given one, in the order of the index. */
function isAfter({ backgroundRefreshAt, tenantId, id }: DueRow): Brackets {
  return new Brackets((where) =>
    where
      .where('row.background_refresh_at > :backgroundRefreshAt', { backgroundRefreshAt })
      .orWhere('row.background_refresh_at = :backgroundRefreshAt AND row.tenant_id > :tenantId', { tenantId })
      .orWhere('row.background_refresh_at = :backgroundRefreshAt AND row.tenant_id = :tenantId AND row.id > :id', {
        id,
      }),
  );
}
