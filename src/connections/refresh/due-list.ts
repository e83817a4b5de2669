import { Injectable } from '@nestjs/common';
import { Brackets } from 'typeorm';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Connection } from '../connection.entity.js';

/** As much of a due connection as is needed to find its place in line. */
export type DueConnection = Pick<Connection, 'tenantId' | 'id' | 'gptId' | 'actionId' | 'binding'>;

interface DueRow extends DueConnection {
  /** As the driver has it. */
  refreshAt: Date | string;
}

/** How many rows one query reads. */
const PAGE = 1000;

const COLUMNS = {
  tenant_id: 'tenantId',
  id: 'id',
  gpt_id: 'gptId',
  action_id: 'actionId',
  binding: 'binding',
  refresh_at: 'refreshAt',
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
        .where("row.status = 'active' AND row.refresh_at <= :now", { now })
        .andWhere('(row.lease_until IS NULL OR row.lease_until <= :now)');
      for (const [column, name] of Object.entries(COLUMNS)) query.addSelect(`row.${column}`, name);
      if (after) query.andWhere(behind(after));
      return query
        .orderBy('row.refresh_at')
        .addOrderBy('row.tenant_id')
        .addOrderBy('row.id')
        .limit(PAGE)
        .getRawMany<DueRow>();
    });
  }
}

/** In the order of the index. */
function behind({ refreshAt, tenantId, id }: DueRow): Brackets {
  return new Brackets((where) =>
    where
      .where('row.refresh_at > :refreshAt', { refreshAt })
      .orWhere('row.refresh_at = :refreshAt AND row.tenant_id > :tenantId', { tenantId })
      .orWhere('row.refresh_at = :refreshAt AND row.tenant_id = :tenantId AND row.id > :id', { id }),
  );
}
