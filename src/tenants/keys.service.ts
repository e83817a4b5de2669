import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not, Or, type FindOptionsWhere } from 'typeorm';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  CountersignError,
  digest,
  InvalidRequestError,
  LimitReachedError,
  MAX_TIME,
  mintKey,
  newId,
  toPage,
  parseTime,
  type Caller,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database, type TenantItem, type TenantStore } from '../database/index.js';
import { ApiKey, keyTopicId } from './api-key.entity.js';
import { gptsOfOperations } from './operation-restriction.js';
import type { CreateKeyDto, CreatedKeyDto, KeyDto, RevokeKeyQuery, RotateKeyDto } from './keys.dto.js';

type NewKey = Pick<ApiKey, 'role' | 'name' | 'expiresAt' | 'gptIds' | 'operationIds'>;

/** Creates, lists, rotates and revokes the API keys of a tenant. */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly settings: Settings,
  ) {}

  create(caller: TenantCaller, body: CreateKeyDto): Promise<CreatedKeyDto> {
    return this.createFor(caller.tenantId, caller, body);
  }

  /** @throws {NotFoundError} the tenant does not exist */
  async createFor(
    tenantId: string,
    caller: Caller,
    { role, name, expires_at, gpt_ids, operation_ids }: CreateKeyDto,
  ): Promise<CreatedKeyDto> {
    const expiresAt = this.expiry(expires_at);
    const operationIds = operation_ids ?? null;
    for (const [field, value] of Object.entries({ gpt_ids, operation_ids })) {
      if (!value || role === 'runtime') continue;
      throw InvalidRequestError.at(`/${field}`, `${field} is only allowed for keys with the role runtime`);
    }
    return this.database.tenant(tenantId).write(async (store) => {
      await store.lockTenant();
      // The operator can always replace a lost admin key.
      if (caller.role !== 'operator') await this.requireRoom(store);
      if (gpt_ids) await rejectUnknownGpts(store, gpt_ids);
      const gptIds = operationIds ? await gptsOfOperations(store, operationIds, gpt_ids) : (gpt_ids ?? null);
      const { row, key } = await this.mint(store, { role, name, expiresAt, gptIds, operationIds });
      const restriction = { ...(gptIds && { gpt_ids: gptIds }), ...(operationIds && { operation_ids: operationIds }) };
      const entry = { type: 'key.created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store, { ...entry, details: { role, name, ...restriction } });
      return { ...keyView(row), key };
    });
  }

  list(tenantId: string, query: PageQuery): Promise<Page<KeyDto>> {
    return this.database
      .tenant(tenantId)
      .read(async (store) => toPage(await store.page(ApiKey, {}, query), query.limit, keyView));
  }

  /**
   * Replaces a key with a new one of the same role, name, GPTs and operations. The old key keeps working until the overlap ends.
   *
   * @throws {CountersignError} `conflict`: the old key was already replaced, or is expired or revoked; `limit_reached`
   */
  async rotate(caller: TenantCaller, keyId: string, body: RotateKeyDto): Promise<CreatedKeyDto> {
    const now = this.clock.now();
    const given = this.expiry(body.expires_at);
    const { tenantId } = caller;
    const { created, old } = await this.database.tenant(tenantId).write(async (store) => {
      await store.lockTenant();
      // Without an overlap, the number of working keys remains the same.
      if (body.overlap_seconds > 0) await this.requireRoom(store);
      const old = await store.get(ApiKey, { id: keyId }, 'key');
      if (!isUsable(old, now)) throw new CountersignError('conflict', 'the key is expired or revoked');
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

  /**
   * Revokes a key. It stops working here immediately, and on other replicas when their caches are invalidated or expire.
   *
   * @throws {CountersignError} `last_admin_key`: no other admin key works, and `force` is not set
   */
  async revoke(caller: TenantCaller, keyId: string, { force }: RevokeKeyQuery): Promise<void> {
    const now = this.clock.now();
    const revoked = await this.database.tenant(caller.tenantId).write(async (store) => {
      await store.lockTenant();
      const row = await store.get(ApiKey, { id: keyId }, 'key');
      if (row.revokedAt) return row;
      if (!force) await rejectLastAdminKey(store, row, now);
      await store.update(ApiKey, { id: keyId }, { revokedAt: now });
      const entry = { type: 'key.revoked', actor: caller, targetId: keyId } as const;
      await this.audit.record(store, entry);
      return row;
    });
    this.cluster.publish('key', keyTopicId(revoked));
  }

  /** Creates a key. @returns its row, and the key itself, which cannot be read again */
  async mint(
    store: TenantStore,
    { role, name, expiresAt, gptIds, operationIds }: NewKey,
  ): Promise<{ row: ApiKey; key: string }> {
    const id = newId('key');
    const { key, secret } = mintKey(role, id);
    const fields = {
      id,
      role,
      name,
      gptIds,
      operationIds,
      replacedBy: null,
      digest: digest(secret),
      createdAt: this.clock.now(),
      expiresAt,
    };
    const row = { ...fields, revokedAt: null, lastUsedAt: null };
    await store.insert(ApiKey, [row]);
    return { row: { ...row, tenantId: store.tenantId }, key };
  }

  /** @throws {LimitReachedError} the tenant has as many keys that work as allowed */
  private async requireRoom(store: TenantStore): Promise<void> {
    const { keysPerTenant } = this.settings.maximum;
    if ((await store.count(ApiKey, usableAt(this.clock.now()))) < keysPerTenant) return;
    throw new LimitReachedError(`a tenant may have at most ${keysPerTenant} keys that work`, 'MAX_KEYS_PER_TENANT');
  }

  private expiry(text: string | undefined): Date | null {
    if (!text) return null;
    const expiresAt = parseTime(text);
    if (expiresAt <= this.clock.now()) throw InvalidRequestError.at('/expires_at', 'expires_at must be in the future');
    // Possible with a time zone offset.
    if (expiresAt > MAX_TIME) throw InvalidRequestError.at('/expires_at', 'expires_at must be before the year 10000');
    return expiresAt;
  }
}

function isUsable({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return !revokedAt && !(expiresAt && expiresAt <= now);
}

/** Returns the condition for keys that work. */
function usableAt(now: Date): FindOptionsWhere<ApiKey> {
  return { revokedAt: IsNull(), expiresAt: Or(IsNull(), MoreThan(now)) };
}

/** @throws {CountersignError} `last_admin_key`: the key works, and no other admin key of the tenant does */
async function rejectLastAdminKey(store: TenantStore, row: ApiKey, now: Date): Promise<void> {
  const { id, role } = row;
  if (role !== 'admin' || !isUsable(row, now)) return;
  if (await store.exists(ApiKey, { ...usableAt(now), id: Not(id), role })) return;
  throw new CountersignError(
    'last_admin_key',
    'this is the last admin key of the tenant that works; create another first, or revoke it with ?force=true',
  );
}

function sameLifetime({ createdAt, expiresAt }: ApiKey, now: Date): Date | null {
  if (!expiresAt) return null;
  const lifetime = expiresAt.getTime() - createdAt.getTime();
  return new Date(Math.min(now.getTime() + lifetime, MAX_TIME.getTime()));
}

/** Queries the table directly, because the GPTs module depends on this one. */
async function rejectUnknownGpts(store: TenantStore, gptIds: string[]): Promise<void> {
  const rows = await store.find<TenantItem>('gpts', { id: In(gptIds) }, { select: { id: true } });
  const known = new Set(rows.map(({ id }) => id));
  const unknown = gptIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/gpt_ids/${index}`, message: 'GPT not found' }],
  );
  if (unknown.length > 0) throw new InvalidRequestError(unknown);
}

function keyView(row: ApiKey): KeyDto {
  return {
    id: row.id,
    role: row.role,
    name: row.name,
    gpt_ids: row.gptIds,
    operation_ids: row.operationIds,
    replaced_by: row.replacedBy,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
