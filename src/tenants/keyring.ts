import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock, digest, parseKey, sameDigest, type ParsedKey, type Role } from '../common/index.js';
import { Database, LastUse } from '../database/index.js';
import { ApiKey, keyTopicId } from './api-key.entity.js';
import { OperatorIdentity } from './operator-identity.js';

/** Whose key it is. */
export interface KeyHolder {
  role: Role;
  keyId: string;
  tenantId?: string;
  /** The GPTs that it is for, where it is not for all. */
  gptIds?: readonly string[];
}

/** Compared against where there is no such key, so that a miss takes the time of a hit. */
const NOBODY = digest('nobody');

/**
 * Tells whose a key is: by its id, then by a comparison of digests that takes the same time whatever it finds.
 *
 * Only a key whose secret is right is remembered, under its id and its digest together. Whoever has the secret wrong is not served from
 * memory: for an id that exists as for one that does not the database is asked, each time, so that neither tells which ids there are or
 * which keys are in use. Nor does a guess push out keys that are good, or stay in the way of a key that is made later.
 */
@Injectable()
export class Keyring {
  private readonly known: FreshCache<ApiKey>;
  private readonly lastUse: LastUse<ApiKey>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operator: OperatorIdentity,
    cluster: Cluster,
  ) {
    this.known = new FreshCache(cluster, ['key'], 10_000);
    this.lastUse = new LastUse(database, ApiKey);
  }

  /** @returns `undefined` for what is malformed, unknown, expired, revoked or of another role than it says */
  async holderOf(text: string): Promise<KeyHolder | undefined> {
    const key = parseKey(text);
    if (!key) return undefined;
    return key.role === 'operator' ? this.operatorHolder(key) : this.tenantHolder(key);
  }

  /** Of a key whose secret somebody has shown before. @returns `undefined` for what is unknown, expired or revoked */
  async holderById(keyId: string): Promise<KeyHolder | undefined> {
    if (this.operator.is(keyId)) return { role: 'operator', keyId };
    const row = await this.database.read((manager) => manager.findOneBy(ApiKey, { id: keyId }));
    return row && this.isUsable(row) ? this.used(row) : undefined;
  }

  private operatorHolder({ keyId, secret }: ParsedKey): KeyHolder | undefined {
    return this.operator.matches(keyId, digest(secret)) ? { role: 'operator', keyId } : undefined;
  }

  private async tenantHolder({ role, keyId, secret }: ParsedKey): Promise<KeyHolder | undefined> {
    const presented = { id: keyId, digest: digest(secret) };
    const row = await this.known.get(keyTopicId(presented), () => this.find(presented));
    return row?.role === role && this.isUsable(row) ? this.used(row) : undefined;
  }

  private isUsable({ revokedAt, expiresAt }: ApiKey): boolean {
    return !revokedAt && !(expiresAt && expiresAt <= this.clock.now());
  }

  private used(row: ApiKey): KeyHolder {
    this.lastUse.record(row, this.clock.now());
    return { role: row.role, keyId: row.id, tenantId: row.tenantId, ...(row.gptIds && { gptIds: row.gptIds }) };
  }

  /** @returns nothing for a wrong secret as for an unknown id, so that it is not remembered */
  private async find({ id, digest: presented }: Pick<ApiKey, 'id' | 'digest'>): Promise<ApiKey | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(ApiKey, { id }));
    const matches = sameDigest(presented, row?.digest ?? NOBODY);
    return row && matches ? row : undefined;
  }
}
