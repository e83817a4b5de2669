import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock, newId } from '../common/index.js';
import { Database, isDuplicate } from '../database/index.js';
import { DataKeyCache, type UnwrappedKey } from './data-key-cache.js';
import { DataKey } from './data-key.entity.js';
import { UnsealError } from './envelope.js';
import type { KeyProvider, WrappedKey } from './providers/key-provider.js';

/** Data keys looked up by one query. */
const BATCH_SIZE = 500;

/** The data keys of tenants. A tenant's keyset starts with its first secret; a rotation adds a new primary key. */
@Injectable()
export class DataKeys {
  private readonly primaryKeys: FreshCache<DataKey>;
  private readonly unwrappedKeys: DataKeyCache;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    readonly provider: KeyProvider,
    private readonly cluster: Cluster,
  ) {
    this.primaryKeys = new FreshCache(cluster, ['tenant', 'data-key'], 10_000);
    this.unwrappedKeys = new DataKeyCache(cluster);
  }

  /** Returns the tenant's primary key, which seals new secrets. Creates the first one. */
  async primary(tenantId: string): Promise<UnwrappedKey> {
    const findOrAdd = async () => (await this.findPrimary(tenantId)) ?? this.add(tenantId, undefined, null);
    const row = await this.primaryKeys.get(tenantId, findOrAdd);
    if (!row) throw new Error('the tenant has no data key');
    return this.unwrap(row);
  }

  /** @throws {UnsealError} the tenant has no such key, or it was deleted */
  async byId(tenantId: string, id: string): Promise<UnwrappedKey> {
    const cached = this.unwrappedKeys.get(tenantId, id);
    if (cached) return cached;
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(DataKey, { id }));
    if (!row) throw new UnsealError();
    return this.unwrap(row);
  }

  /** Adds a new primary key to a tenant's keyset. Idempotent: a rotation adds one key per tenant. */
  async rotate(tenantId: string, rotationId: string): Promise<void> {
    const primary = await this.findPrimary(tenantId);
    if (primary?.rotationId !== rotationId) await this.add(tenantId, primary?.version, rotationId);
    this.publishChange(tenantId);
  }

  /** Makes every replica drop what it cached under the tenant's data keys. */
  publishChange(tenantId: string): void {
    this.cluster.publish('data-key', tenantId);
  }

  /** Wraps a data key under the primary key-encryption key. */
  async rewrap(row: DataKey): Promise<WrappedKey> {
    const context = contextOf(row.tenantId, row.id);
    return this.provider.wrap(await this.provider.unwrap(row, context), context);
  }

  /** Removes a deleted key from memory. */
  evict({ tenantId, id }: DataKey): void {
    this.unwrappedKeys.evict(tenantId, id);
  }

  /** Removes keys from memory that are no longer in the database, for tenants whose deletion was not announced to this replica. */
  async evictDeleted(): Promise<void> {
    const cached = this.unwrappedKeys.all();
    for (let from = 0; from < cached.length; from += BATCH_SIZE) {
      const batch = cached.slice(from, from + BATCH_SIZE);
      const rows = await this.database.read((manager) =>
        manager.find(DataKey, { select: { id: true }, where: { id: In(batch.map(({ id }) => id)) } }),
      );
      const existing = new Set(rows.map(({ id }) => id));
      for (const { tenantId, id } of batch) if (!existing.has(id)) this.unwrappedKeys.evict(tenantId, id);
    }
  }

  /** Wraps and unwraps a random key. @throws {Error} the key-encryption keys are not usable */
  async check(): Promise<void> {
    const probe = randomBytes(32);
    const wrapped = await this.provider.wrap(probe, 'check');
    if (!probe.equals(await this.provider.unwrap(wrapped, 'check'))) throw new UnsealError();
  }

  private async unwrap(row: DataKey): Promise<UnwrappedKey> {
    const cached = this.unwrappedKeys.get(row.tenantId, row.id);
    if (cached) return cached;
    const key = await this.provider.unwrap(row, contextOf(row.tenantId, row.id));
    return this.unwrappedKeys.set(row.tenantId, { id: row.id, key });
  }

  private findPrimary(tenantId: string): Promise<DataKey | null> {
    return this.database.read((manager) =>
      manager.findOne(DataKey, { where: { tenantId }, order: { version: 'DESC' } }),
    );
  }

  /** Adds the next version. If another process adds it first, returns that one. */
  private async add(tenantId: string, version = 0, rotationId: string | null): Promise<DataKey> {
    const id = newId('dk');
    const wrapped = await this.provider.wrap(randomBytes(32), contextOf(tenantId, id));
    const row = { id, version: version + 1, ...wrapped, rotationId, createdAt: this.clock.now() };
    try {
      await this.database.tenant(tenantId).write((store) => store.insert(DataKey, [row]));
      return { ...row, tenantId };
    } catch (error) {
      const existing = isDuplicate(error) ? await this.findPrimary(tenantId) : null;
      if (!existing) throw error;
      return existing;
    }
  }
}

function contextOf(tenantId: string, dataKeyId: string): string {
  return `${tenantId}/${dataKeyId}`;
}
