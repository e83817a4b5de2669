import { Injectable } from '@nestjs/common';
import { Brackets } from 'typeorm';
import { Clock } from '../../common/index.js';
import { Database, isFreeAt } from '../../database/index.js';
import { Connection } from '../store/connection.entity.js';

/** As much of a due connection as is needed to find its place in line. */
export type DueConnection = Pick<Connection, 'tenantId' | 'id' | 'gptId' | 'actionId' | 'bindingVersion'>;

interface DueRow extends DueConnection {
  /** As the driver has it. */
  backgroundRefreshAt: Date | string;
}

/** How many rows one query reads. */
const PAGE = 1000;

const COLUMNS = {
  tenant_id: 'tenantId',
  id: 'id',
  gpt_id: 'gptId',
  action_id: 'actionId',
  binding_version: 'bindingVersion',
  background_refresh_at: 'backgroundRefreshAt',
};

/** The connections that are due and nobody is at. It is a view of the table, so that there is nothing that could lose sync with it. */
@Injectable()
export class DueList {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Page by page, what is due longest first. */
  async *pages(): AsyncGenerator<DueConnection[]> {
    const now = this.clock.now();
    for (let after: DueRow | undefined; ;) {
      const page = await this.page(now, after);
      yield page;
      after = page.at(-1);
      if (page.length < PAGE) return;
    }
  }

  private page(now: Date, after: DueRow | undefined): Promise<DueRow[]> {
    return this.database.read((manager) => {
      const query = manager
        .createQueryBuilder(Connection, 'row')
        .select([])
        .where("row.status = 'active' AND row.background_refresh_at <= :now", { now })
        .andWhere({ leaseUntil: isFreeAt(now) });
      for (const [column, name] of Object.entries(COLUMNS)) query.addSelect(`row.${column}`, name);
      if (after) query.andWhere(behind(after));
      return query
        .orderBy('row.background_refresh_at')
        .addOrderBy('row.tenant_id')
        .addOrderBy('row.id')
        .limit(PAGE)
        .getRawMany<DueRow>();
    });
  }
}

/** In the order of the index. */
function behind({ backgroundRefreshAt, tenantId, id }: DueRow): Brackets {
  return new Brackets((where) =>
    where
      .where('row.background_refresh_at > :backgroundRefreshAt', { backgroundRefreshAt })
      .orWhere('row.background_refresh_at = :backgroundRefreshAt AND row.tenant_id > :tenantId', { tenantId })
      .orWhere('row.background_refresh_at = :backgroundRefreshAt AND row.tenant_id = :tenantId AND row.id > :id', {
        id,
      }),
  );
}
