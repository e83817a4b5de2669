import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  digest,
  InvalidRequestError,
  mintKey,
  newId,
  pageOf,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../common/index.js';
import { Database, type TenantStore } from '../database/index.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateKeyDto, CreatedKeyDto, KeyDto } from './keys.dto.js';

/** The keys of a tenant. */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {}

  async create(caller: TenantCaller, { role, name, expires_at }: CreateKeyDto): Promise<CreatedKeyDto> {
    const expiresAt = expires_at ? new Date(expires_at) : null;
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw InvalidRequestError.at('/expires_at', 'expires_at must lie in the future');
    }
    return this.database.tenant(caller.tenantId).write(async (store) => {
      const { row, key } = await this.mint(store, { role, name, expiresAt });
      const entry = { tenantId: caller.tenantId, type: 'key.created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store.manager, { ...entry, details: { role, name } });
      return { ...keyView(row), key };
    });
  }

  list(tenantId: string, query: PageQuery): Promise<Page<KeyDto>> {
    return this.database
      .tenant(tenantId)
      .read(async (store) => pageOf(await store.page(ApiKey, {}, query), query.limit, keyView));
  }

  /** Revokes a key. It stops working at once here, and on other replicas as soon as they hear or look again. */
  async revoke(caller: TenantCaller, keyId: string): Promise<void> {
    await this.database.tenant(caller.tenantId).write(async (store) => {
      const row = await store.get(ApiKey, { id: keyId }, 'key');
      if (row.revokedAt) return;
      await store.update(ApiKey, { id: keyId }, { revokedAt: this.clock.now() });
      const entry = { tenantId: caller.tenantId, type: 'key.revoked', actor: caller, targetId: keyId } as const;
      await this.audit.record(store.manager, entry);
    });
    this.cluster.announce('key', keyId);
  }

  /** A new key's row, and the key itself: the only time that it can be seen. */
  async mint(
    store: TenantStore,
    { role, name, expiresAt }: Pick<ApiKey, 'role' | 'name' | 'expiresAt'>,
  ): Promise<{ row: ApiKey; key: string }> {
    const id = newId('key');
    const { key, secret } = mintKey(role, id);
    const fields = { id, role, name, digest: digest(secret), createdAt: this.clock.now(), expiresAt };
    const row = { ...fields, revokedAt: null, lastUsedAt: null };
    await store.insert(ApiKey, [row]);
    return { row: { ...row, tenantId: store.tenantId }, key };
  }
}

function keyView(row: ApiKey): KeyDto {
  return {
    id: row.id,
    role: row.role,
    name: row.name,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
