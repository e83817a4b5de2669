import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock, digest, parseKey, isSameDigest, RecurringJobs, type ParsedKey, type Role } from '../common/index.js';
import { Database, LastUse } from '../database/index.js';
import { ApiKey, keyTopicId } from './api-key.entity.js';
import { OperatorIdentity } from './operator-identity.js';

/** The holder of an API key. */
export interface KeyHolder {
  role: Role;
  keyId: string;
  tenantId?: string;
  /** The GPTs that the key is restricted to; `undefined` for all. */
  gptIds?: readonly string[];
  /** The operations that the key is restricted to, as `act-…/operationId`; `undefined` for all. */
  operationIds?: readonly string[];
}

/** Compared with the presented digest if the id is unknown, so that a miss takes as long as a hit. */
const NO_MATCH_DIGEST = digest('no match');

/**
 * Authenticates API keys: looks up the id, then compares digests in constant time.
 *
 * Only keys with the right secret are cached, by id and digest together. A wrong secret is never answered from the cache: it costs a
 * database query whether the id exists or not, so that timing reveals neither ids nor keys in use. Guesses also cannot evict valid keys,
 * or block a key that is created later.
 */
@Injectable()
export class Keyring {
  private readonly cache: FreshCache<ApiKey>;
  private readonly lastUse: LastUse<ApiKey>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operator: OperatorIdentity,
    cluster: Cluster,
    jobs: RecurringJobs,
  ) {
    this.cache = new FreshCache(cluster, ['key'], 10_000);
    this.lastUse = new LastUse(ApiKey, 'keys', { database, clock, jobs });
  }

  /** @returns `undefined` if the key is malformed, unknown, expired, revoked or claims another role */
  async holderOf(text: string): Promise<KeyHolder | undefined> {
    const key = parseKey(text);
    if (!key) return undefined;
    return key.role === 'operator' ? this.operatorHolder(key) : this.tenantHolder(key);
  }

  /** Returns the holder of a key that was authenticated before. @returns `undefined` if it is unknown, expired or revoked */
  async holderById(keyId: string): Promise<KeyHolder | undefined> {
    if (this.operator.is(keyId)) return { role: 'operator', keyId };
    const row = await this.database.read((manager) => manager.findOneBy(ApiKey, { id: keyId }));
    return row && this.isUsable(row) ? this.recordUse(row) : undefined;
  }

  private operatorHolder({ keyId, secret }: ParsedKey): KeyHolder | undefined {
    return this.operator.matches(keyId, digest(secret)) ? { role: 'operator', keyId } : undefined;
  }

  private async tenantHolder({ role, keyId, secret }: ParsedKey): Promise<KeyHolder | undefined> {
    const presented = { id: keyId, digest: digest(secret) };
    const row = await this.cache.get(keyTopicId(presented), () => this.find(presented));
    return row?.role === role && this.isUsable(row) ? this.recordUse(row) : undefined;
  }

  private isUsable({ revokedAt, expiresAt }: ApiKey): boolean {
    return !revokedAt && !(expiresAt && expiresAt <= this.clock.now());
  }

  private recordUse(row: ApiKey): KeyHolder {
    this.lastUse.record(row);
    const { role, id: keyId, tenantId, gptIds, operationIds } = row;
    return { role, keyId, tenantId, ...(gptIds && { gptIds }), ...(operationIds && { operationIds }) };
  }

  /** @returns `undefined` for a wrong secret as for an unknown id, so that neither is cached */
  private async find({ id, digest: presented }: Pick<ApiKey, 'id' | 'digest'>): Promise<ApiKey | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(ApiKey, { id }));
    const matches = isSameDigest(presented, row?.digest ?? NO_MATCH_DIGEST);
    return row && matches ? row : undefined;
  }
}
