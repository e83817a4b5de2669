import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  CountersignError,
  digest,
  InvalidRequestError,
  LAST_TIME,
  mintKey,
  newId,
  pageOf,
  parseTime,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../common/index.js';
import { Database, type TenantItem, type TenantStore } from '../database/index.js';
import { ApiKey, keyTopicId } from './api-key.entity.js';
import type { CreateKeyDto, CreatedKeyDto, KeyDto, RotateKeyDto } from './keys.dto.js';

/** The keys of a tenant. */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {}

  async create(caller: TenantCaller, { role, name, expires_at, gpt_ids }: CreateKeyDto): Promise<CreatedKeyDto> {
    const expiresAt = this.expiry(expires_at);
    const gptIds = gpt_ids ?? null;
    if (gptIds && role !== 'runtime') {
      throw InvalidRequestError.at('/gpt_ids', 'only a runtime key can be for some GPTs');
    }
    return this.database.tenant(caller.tenantId).write(async (store) => {
      if (gptIds) await refuseUnknown(store, gptIds);
      const { row, key } = await this.mint(store, { role, name, expiresAt, gptIds });
      const entry = { type: 'key.created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store, { ...entry, details: { role, name, ...(gptIds && { gpt_ids: gptIds }) } });
      return { ...keyView(row), key };
    });
  }

  list(tenantId: string, query: PageQuery): Promise<Page<KeyDto>> {
    return this.database
      .tenant(tenantId)
      .read(async (store) => pageOf(await store.page(ApiKey, {}, query), query.limit, keyView));
  }

  /**
   * A key in the place of another: of the same role, name and GPTs. The old one works on until the overlap is over.
   *
   * @throws {CountersignError} `conflict`: the old one has been replaced already, or works no more
   */
  async rotate(caller: TenantCaller, keyId: string, body: RotateKeyDto): Promise<CreatedKeyDto> {
    const now = this.clock.now();
    const given = this.expiry(body.expires_at);
    const { tenantId } = caller;
    const { created, old } = await this.database.tenant(tenantId).write(async (store) => {
      const old = await store.get(ApiKey, { id: keyId }, 'key');
      if (!isUsable(old, now)) throw new CountersignError('conflict', 'the key has ended');
      const overlapEnd = new Date(now.getTime() + body.overlap_seconds * 1000);
      const { row, key } = await this.mint(store, { ...old, expiresAt: given ?? sameLifetime(old, now) });
      const changes = {
        replacedBy: row.id,
        expiresAt: old.expiresAt && old.expiresAt < overlapEnd ? old.expiresAt : overlapEnd,
      };
      const replaced = await store.update(ApiKey, { id: keyId, replacedBy: IsNull(), revokedAt: IsNull() }, changes);
      if (replaced === 0) throw new CountersignError('conflict', 'the key has been replaced already');
      const entry = { type: 'key.rotated', actor: caller, targetId: keyId } as const;
      const details = { replaced_by: row.id, expires_at: changes.expiresAt.toISOString() };
      await this.audit.record(store, { ...entry, details });
      return { created: { ...keyView(row), key }, old };
    });
    this.cluster.publish('key', keyTopicId(old));
    return created;
  }

  /** Revokes a key. It stops working at once here, and on other replicas as soon as they hear or look again. */
  async revoke(caller: TenantCaller, keyId: string): Promise<void> {
    const revoked = await this.database.tenant(caller.tenantId).write(async (store) => {
      const row = await store.get(ApiKey, { id: keyId }, 'key');
      if (row.revokedAt) return row;
      await store.update(ApiKey, { id: keyId }, { revokedAt: this.clock.now() });
      const entry = { type: 'key.revoked', actor: caller, targetId: keyId } as const;
      await this.audit.record(store, entry);
      return row;
    });
    this.cluster.publish('key', keyTopicId(revoked));
  }

  /** A new key's row, and the key itself: the only time that it can be seen. */
  async mint(
    store: TenantStore,
    { role, name, expiresAt, gptIds }: Pick<ApiKey, 'role' | 'name' | 'expiresAt' | 'gptIds'>,
  ): Promise<{ row: ApiKey; key: string }> {
    const id = newId('key');
    const { key, secret } = mintKey(role, id);
    const fields = {
      id,
      role,
      name,
      gptIds,
      replacedBy: null,
      digest: digest(secret),
      createdAt: this.clock.now(),
      expiresAt,
    };
    const row = { ...fields, revokedAt: null, lastUsedAt: null };
    await store.insert(ApiKey, [row]);
    return { row: { ...row, tenantId: store.tenantId }, key };
  }

  private expiry(text: string | undefined): Date | null {
    if (!text) return null;
    const expiresAt = parseTime(text);
    if (expiresAt <= this.clock.now()) throw InvalidRequestError.at('/expires_at', 'expires_at must lie in the future');
    // With an offset it can say so.
    if (expiresAt > LAST_TIME) throw InvalidRequestError.at('/expires_at', 'expires_at must lie before the year 10000');
    return expiresAt;
  }
}

function isUsable({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return !revokedAt && !(expiresAt && expiresAt <= now);
}

function sameLifetime({ createdAt, expiresAt }: ApiKey, now: Date): Date | null {
  if (!expiresAt) return null;
  const lifetime = expiresAt.getTime() - createdAt.getTime();
  return new Date(Math.min(now.getTime() + lifetime, LAST_TIME.getTime()));
}

/** GPTs stand above keys in the code: they are looked for in their table. */
async function refuseUnknown(store: TenantStore, gptIds: string[]): Promise<void> {
  const rows = await store.find<TenantItem>('gpts', { id: In(gptIds) }, { select: { id: true } });
  const known = new Set(rows.map(({ id }) => id));
  const unknown = gptIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/gpt_ids/${index}`, message: 'there is no such GPT' }],
  );
  if (unknown.length > 0) throw new InvalidRequestError(unknown);
}

function keyView(row: ApiKey): KeyDto {
  return {
    id: row.id,
    role: row.role,
    name: row.name,
    gpt_ids: row.gptIds,
    replaced_by: row.replacedBy,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
