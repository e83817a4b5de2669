import type { FindOptionsWhere } from 'typeorm';
import { readSettings } from '../../src/config/index.js';
import { openDataSources, paged } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import type { TestApp } from './app.js';

interface Listed {
  tenantId: string;
  id: string;
  createdAt: Date;
}

/** The epochs of a tenant's connections: a few rows, which a server reads as a whole if the table has no others. */
const SMALL_TABLE = 'epochs';

/**
 * Returns the query plan for a page of a list. MariaDB and MySQL name the possible indexes, and may choose one that requires sorting if their
 * statistics report hardly any rows.
 *
 * Uses a separate connection, because EXPLAIN leaves the statistics of SQLite cached on its connection.
 */
export async function queryPlanOf<E extends Listed>(
  app: TestApp,
  entity: new () => E,
  where: FindOptionsWhere<E>,
  order: 'asc' | 'desc' = 'asc',
): Promise<string> {
  const settings = readSettings({ DATABASE_URL: app.database.url });
  const { reader, writer } = await openDataSources(settings.database, ENTITIES, []);
  try {
    const query = reader.manager.createQueryBuilder(entity, 'row').where(where);
    const [sql, parameters] = paged(query, { limit: 50, order }).getQueryAndParameters();
    const explain = reader.options.type === 'better-sqlite3' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN FORMAT=TRADITIONAL';
    const steps = await reader.query<Record<string, unknown>[]>(`${explain} ${sql}`, parameters);
    return JSON.stringify(steps.filter(({ table }) => table !== SMALL_TABLE));
  } finally {
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
  }
}
