import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import { Cluster, MAX_STALENESS_MS, TenantCache } from '../../cluster/index.js';
import { digest } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { ConnectionEpoch } from './connection-epoch.entity.js';
import { Connection } from './connection.entity.js';

const MAX_CONNECTIONS = 20_000;

/** The size of all cached rows. One tenant may use half of it. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The size of a row in memory without its texts. */
const ROW_BYTES = 2048;

type ActionRef = Pick<Action, 'tenantId' | 'id'>;

/**
 * Caches the connections that calls use. A change by this process is seen at once, one by another replica when it is announced, and after a
 * few seconds in any case.
 */
@Injectable()
export class ConnectionCache {
  private readonly rows: TenantCache<Connection>;
  /** The keys of the cached rows by their ids. */
  private readonly keys = new Map<string, string>();

  constructor(
    private readonly database: Database,
    cluster: Cluster,
  ) {
    this.rows = new TenantCache({
      max: MAX_CONNECTIONS,
      ttl: MAX_STALENESS_MS,
      maxSize: MAX_BYTES,
      sizeOf: ({ tokens, scope }) => ROW_BYTES + (tokens?.length ?? 0) + (scope?.length ?? 0),
      onStored: (row) => this.keys.set(row.id, keyOf(row.tenantId, row.actionId, row.user)),
      onRemoved: ({ id }) => this.keys.delete(id),
    });
    database.onChange(Connection, ({ tenantId, id, isNew }) => {
      if (!isNew) cluster.publish('connection', id === undefined ? tenantId : `${tenantId} ${id}`);
    });
    database.onChange(ConnectionEpoch, ({ tenantId }) => cluster.publish('connection', tenantId));
    cluster.on('connection', (changed) => this.forget(...(changed.split(' ') as [tenantId: string, id?: string])));
    cluster.onMissed(() => this.rows.clear());
  }

  /** Returns the connection of a user as it was up to a few seconds ago, if it is cached. */
  peek(action: ActionRef, user: string): Connection | undefined {
    return this.rows.peek(keyOf(action.tenantId, action.id, user));
  }

  /** Reads the connection of a user from the database, also if it is cached. Concurrent calls share one query. */
  async read(action: ActionRef, user: string): Promise<Connection | undefined> {
    const key = keyOf(action.tenantId, action.id, user);
    // A query that is running is new enough: a change would have abandoned it.
    if (this.rows.peek(key)) this.rows.invalidate(key);
    return this.rows.get(action.tenantId, key, () => this.load(action, user));
  }

  private async load({ tenantId, id }: ActionRef, user: string): Promise<Connection | undefined> {
    const where = { actionId: id, userDigest: digest(user) };
    return (await this.database.tenant(tenantId).read((store) => store.findOne(Connection, where))) ?? undefined;
  }

  /** Removes a connection, or those of a tenant. */
  private forget(tenantId: string, id?: string): void {
    // What is being read may be older than the change.
    const prefix = `${tenantId} `;
    this.rows.abandonLoads((key) => key.startsWith(prefix));
    if (id === undefined) return this.rows.removeTenant(tenantId);
    const key = this.keys.get(id);
    if (key !== undefined) this.rows.invalidate(key);
  }
}

function keyOf(tenantId: string, actionId: string, user: string): string {
  return `${tenantId} ${actionId} ${user}`;
}
