import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Database } from '../database/index.js';
import { Tenant } from './tenant.entity.js';

/** All that anybody allows, under one name. */
const EVERYONE = '*';

/** The origins whose pages may use the API, as tenants allow them. */
@Injectable()
export class AllowedOrigins {
  private readonly known: FreshCache<Set<string>>;

  constructor(
    private readonly database: Database,
    cluster: Cluster,
  ) {
    this.known = new FreshCache(cluster, ['tenant'], 10_000);
    cluster.on('tenant', () => this.known.invalidate(EVERYONE));
  }

  async of(tenantId: string, origin: string): Promise<boolean> {
    const origins = await this.known.get(tenantId, () => this.load({ id: tenantId }));
    return origins?.has(origin) ?? false;
  }

  async ofAnyone(origin: string): Promise<boolean> {
    const origins = await this.known.get(EVERYONE, () => this.load({}));
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
