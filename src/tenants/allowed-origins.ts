import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { parseUrl } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { Tenant } from './tenant.entity.js';

/** Checks the origins whose pages may use the API (CORS). Each tenant configures its own. */
@Injectable()
export class AllowedOrigins {
  private readonly cache: FreshCache<Set<string>>;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    cluster: Cluster,
  ) {
    this.cache = new FreshCache(cluster, ['tenant'], 10_000);
  }

  /** Tells whether an origin is that of our own pages: the one of `PUBLIC_URL`, or of the host that the request was sent to. */
  isOwn(origin: string, host: string): boolean {
    return origin === new URL(this.settings.publicUrl).origin || parseUrl(origin)?.host === host;
  }

  async isAllowed(tenantId: string, origin: string): Promise<boolean> {
    const origins = await this.cache.get(tenantId, () => this.load(tenantId));
    return origins?.has(origin) ?? false;
  }

  private async load(id: string): Promise<Set<string>> {
    const tenant = await this.database.read((manager) =>
      manager.findOne(Tenant, { where: { id }, select: { id: true, allowedOrigins: true } }),
    );
    return new Set(tenant?.allowedOrigins);
  }
}
