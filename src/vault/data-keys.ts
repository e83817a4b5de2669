import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock, newId } from '../common/index.js';
import { Database, isDuplicate } from '../database/index.js';
import { DataKey } from './data-key.entity.js';
import { UnsealError } from './envelope.js';
import { KeyCache, type UsableKey } from './key-cache.js';
import type { KeyProvider, WrappedKey } from './providers/key-provider.js';

/** How many keys one query looks for. */
const BATCH = 500;

/** The data keys of tenants: made at the first use, unwrapped once, and replaced by rotations. */
@Injectable()
export class DataKeys {
  private readonly newest: FreshCache<DataKey>;
  private readonly unwrapped: KeyCache;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    readonly provider: KeyProvider,
    private readonly cluster: Cluster,
  ) {
    this.newest = new FreshCache(cluster, ['tenant', 'data-key'], 10_000);
    this.unwrapped = new KeyCache(cluster);
  }

  /** The key that seals what is new. */
  async current(tenantId: string): Promise<UsableKey> {
    const row = await this.newest.get(
      tenantId,
      async () => (await this.find(tenantId)) ?? this.add(tenantId, undefined, null),
    );
    if (!row) throw new Error('there is no data key');
    return this.unwrap(row);
  }

  /** @throws {UnsealError} there is no such key of this tenant, or not any more */
  async byId(tenantId: string, id: string): Promise<UsableKey> {
    const known = this.unwrapped.get(tenantId, id);
    if (known) return known;
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(DataKey, { id }));
    if (!row) throw new UnsealError();
    return this.unwrap(row);
  }

  /** Has a tenant's secrets sealed with a new key from now on. A rotation makes one, however often it asks. */
  async renew(tenantId: string, rotationId: string): Promise<DataKey> {
    const before = await this.find(tenantId);
    const row = before?.rotationId === rotationId ? before : await this.add(tenantId, before?.version, rotationId);
    this.cluster.publish('data-key', tenantId);
    return row;
  }

  /** Tells that a tenant's secrets are sealed anew, so that nobody goes on with copies. */
  resealed(tenantId: string): void {
    this.cluster.publish('data-key', tenantId);
  }

  /** The same data key, wrapped under the current key-encryption key; to be written where `row` is unchanged. */
  async rewrap(row: DataKey): Promise<WrappedKey> {
    const context = contextOf(row.tenantId, row.id);
    return this.provider.wrap(await this.provider.unwrap(row, context), context);
  }

  /** Forgets a key that was deleted. What was sealed with it does not open again. */
  forget({ tenantId, id }: DataKey): void {
    this.unwrapped.forget(tenantId, id);
  }

  /** Forgets keys that are in the database no more: of tenants that were deleted, also where no announcement came. */
  async forgetDeleted(): Promise<void> {
    const kept = this.unwrapped.all();
    for (let from = 0; from < kept.length; from += BATCH) {
      const batch = kept.slice(from, from + BATCH);
      const rows = await this.database.read((manager) =>
        manager.find(DataKey, { select: { id: true }, where: { id: In(batch.map(({ id }) => id)) } }),
      );
      const there = new Set(rows.map(({ id }) => id));
      for (const { tenantId, id } of batch) if (!there.has(id)) this.unwrapped.forget(tenantId, id);
    }
  }

  /** @throws where a data key can be wrapped but not unwrapped, or not even that */
  async check(): Promise<void> {
    const probe = randomBytes(32);
    const wrapped = await this.provider.wrap(probe, 'check');
    if (!probe.equals(await this.provider.unwrap(wrapped, 'check'))) throw new UnsealError();
  }

  private async unwrap(row: DataKey): Promise<UsableKey> {
    const known = this.unwrapped.get(row.tenantId, row.id);
    if (known) return known;
    const key = await this.provider.unwrap(row, contextOf(row.tenantId, row.id));
    return this.unwrapped.keep(row.tenantId, { id: row.id, key });
  }

  private find(tenantId: string): Promise<DataKey | null> {
    return this.database.read((manager) =>
      manager.findOne(DataKey, { where: { tenantId }, order: { version: 'DESC' } }),
    );
  }

  /** Of two who add a version at once, one uses the other's. */
  private async add(tenantId: string, version = 0, rotationId: string | null): Promise<DataKey> {
    const id = newId('dk');
    const wrapped = await this.provider.wrap(randomBytes(32), contextOf(tenantId, id));
    const row = { id, version: version + 1, ...wrapped, rotationId, createdAt: this.clock.now() };
    try {
      await this.database.tenant(tenantId).write((store) => store.insert(DataKey, [row]));
      return { ...row, tenantId };
    } catch (error) {
      const winner = isDuplicate(error) ? await this.find(tenantId) : null;
      if (!winner) throw error;
      return winner;
    }
  }
}

function contextOf(tenantId: string, dataKeyId: string): string {
  return `${tenantId}/${dataKeyId}`;
}
