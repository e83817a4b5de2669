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

/**
 * How a page of a list is found. MariaDB names the indices that it could take, and may take one that sorts where its statistics say that
 * there are next to no rows to sort.
 *
 * It asks over a connection of its own: an EXPLAIN leaves the one that it was sent over with what SQLite knew then.
 */
export async function planOf<E extends Listed>(
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
    const explain = reader.options.type === 'better-sqlite3' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    return JSON.stringify(await reader.query<Record<string, unknown>[]>(`${explain} ${sql}`, parameters));
  } finally {
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
  }
}
