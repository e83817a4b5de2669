import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock, newId } from '../common/index.js';
import { Database, isDuplicate } from '../database/index.js';
import { DataKey } from './data-key.entity.js';
import { open, readSealed, seal, SealBrokenError, type Place } from './envelope.js';
import { KeyCache, type OpenDataKey } from './key-cache.js';
import type { KeyProvider } from './key-provider.js';

/**
 * Seals the secrets of tenants and opens them again. Secrets are sealed before the transaction that stores them:
 * the first one of a tenant makes a data key, and that is a transaction of its own.
 */
@Injectable()
export class Vault {
  private readonly current: FreshCache<DataKey>;
  private readonly openKeys: KeyCache;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly keys: KeyProvider,
    cluster: Cluster,
  ) {
    this.current = new FreshCache(cluster, ['tenant'], 10_000);
    this.openKeys = new KeyCache(cluster);
  }

  async seal(place: Place, secret: string): Promise<string> {
    const { tenantId } = place;
    const row = await this.current.get(tenantId, () => this.newest(tenantId));
    if (!row) throw new Error('there is no data key');
    const { key } = await this.unwrapped(row);
    return seal(key, row.id, place, secret);
  }

  /** @throws {SealBrokenError} it was altered or moved, or its data key is gone with its tenant */
  async open(place: Place, sealed: string): Promise<string> {
    const parts = readSealed(sealed);
    const { dataKeyId } = parts;
    const known = this.openKeys.get(place.tenantId, dataKeyId) ?? (await this.load(place.tenantId, dataKeyId));
    return open(known.key, place, parts);
  }

  /** Seals an object of secrets as one. */
  sealJson(place: Place, secrets: object): Promise<string> {
    return this.seal(place, JSON.stringify(secrets));
  }

  async openJson<T>(place: Place, sealed: string): Promise<T> {
    return JSON.parse(await this.open(place, sealed)) as T;
  }

  /** @throws where a data key can be wrapped but not unwrapped, or not even that */
  async check(): Promise<void> {
    const probe = randomBytes(32);
    const wrapped = await this.keys.wrap(probe, 'check');
    if (!probe.equals(await this.keys.unwrap(wrapped, 'check'))) throw new SealBrokenError();
  }

  private async load(tenantId: string, id: string): Promise<OpenDataKey> {
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(DataKey, { id }));
    if (!row) throw new SealBrokenError();
    return this.unwrapped(row);
  }

  private async unwrapped(row: DataKey): Promise<OpenDataKey> {
    const known = this.openKeys.get(row.tenantId, row.id);
    if (known) return known;
    const key = await this.keys.unwrap(row, contextOf(row.tenantId, row.id));
    return this.openKeys.keep(row.tenantId, row.id, key);
  }

  private async newest(tenantId: string): Promise<DataKey> {
    return (await this.find(tenantId)) ?? (await this.create(tenantId));
  }

  private find(tenantId: string): Promise<DataKey | null> {
    return this.database.read((manager) =>
      manager.findOne(DataKey, { where: { tenantId }, order: { version: 'DESC' } }),
    );
  }

  /** Two who make a tenant's first key at once both want version 1: one of them uses the other's. */
  private async create(tenantId: string): Promise<DataKey> {
    const id = newId('dk');
    const wrapped = await this.keys.wrap(randomBytes(32), contextOf(tenantId, id));
    const row = { id, version: 1, ...wrapped, createdAt: this.clock.now() };
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
