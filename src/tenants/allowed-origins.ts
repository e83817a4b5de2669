import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Database } from '../database/index.js';
import { Tenant } from './tenant.entity.js';

/** Cache key of the origins that any tenant allows. */
const ANY_TENANT = '*';

/** Checks the origins whose pages may use the API (CORS). Each tenant configures its own. */
@Injectable()
export class AllowedOrigins {
  private readonly cache: FreshCache<Set<string>>;

  constructor(
    private readonly database: Database,
    cluster: Cluster,
  ) {
    this.cache = new FreshCache(cluster, ['tenant'], 10_000);
    cluster.on('tenant', () => this.cache.invalidate(ANY_TENANT));
  }

  async isAllowed(tenantId: string, origin: string): Promise<boolean> {
    const origins = await this.cache.get(tenantId, () => this.load({ id: tenantId }));
    return origins?.has(origin) ?? false;
  }

  async isAllowedByAny(origin: string): Promise<boolean> {
    const origins = await this.cache.get(ANY_TENANT, () => this.load({}));
    return origins?.has(origin) ?? false;
  }

  private async load(where: { id?: string }): Promise<Set<string>> {
    const rows = await this.database.read((manager) => {
      const query = manager.createQueryBuilder(Tenant, 'row').select(['row.id', 'row.allowedOrigins']).where(where);
      return query.andWhere("row.allowedOrigins IS NOT NULL AND row.allowedOrigins <> '[]'").getMany();
    });
    return new Set(rows.flatMap(({ allowedOrigins }) => allowedOrigins ?? []));
  }
}
