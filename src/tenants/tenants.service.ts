import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  CountersignError,
  InvalidRequestError,
  Logger,
  newId,
  NotFoundError,
  toPage,
  randomText,
  type Caller,
  type Page,
  type PageQuery,
} from '../common/index.js';
import { Database, isDuplicate, LONG, paged, TenantStore } from '../database/index.js';
import { ApiKey, keyTopicId } from './api-key.entity.js';
import { KeysService } from './keys.service.js';
import { isAllowedReturnUrl } from './return-url.js';
import { Tenant } from './tenant.entity.js';
import type { CreatedTenantDto, CreateTenantDto, TenantDto, UpdateTenantDto } from './tenants.dto.js';

/** The appearance of end-user pages. */
export type TenantBrand = Pick<Tenant, 'name' | 'accentColor'> & { logo: string | null };

@Injectable()
export class TenantsService {
  private readonly beforeDeleteHooks: ((tenantId: string) => Promise<void>)[] = [];

  constructor(
    private readonly database: Database,
    private readonly keys: KeysService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly logger: Logger,
  ) {}

  /** Creates a tenant and its first admin key in one transaction. */
  create(caller: Caller, body: CreateTenantDto): Promise<CreatedTenantDto> {
    const { name, slug } = body;
    const now = this.clock.now();
    const row: Tenant = {
      id: newId('t'),
      name,
      slug: slug ?? slugFrom(name),
      returnUrlOrigins: body.return_url_origins ?? [],
      allowedOrigins: body.allowed_origins ?? [],
      userVerification: body.user_verification ?? 'page',
      userVerificationUrl: body.user_verification_url ?? null,
      oauthDomainRule: body.oauth_domain_rule ?? 'warn',
      allowSkippingConfirmation: body.allow_skipping_confirmation ?? false,
      logo: body.logo ?? null,
      accentColor: body.accent_color?.toLowerCase() ?? null,
      createdAt: now,
      updatedAt: now,
    };
    requireVerificationUrl(row);
    return this.database.write(async (manager) => {
      // TypeORM writes columns with a default back into what it inserts: on MariaDB, a boolean as a number.
      await manager.insert(Tenant, { ...row }).catch(rejectDuplicateSlug);
      const first = {
        role: 'admin',
        name: 'first admin key',
        expiresAt: null,
        gptIds: null,
        operationIds: null,
      } as const;
      const { row: keyRow, key } = await this.keys.mint(new TenantStore(manager, row.id), first);
      await this.record(manager, caller, 'tenant.created', row.id, {
        name,
        slug: row.slug,
        ...(row.allowSkippingConfirmation && { allow_skipping_confirmation: true }),
      });
      return { ...tenantView(row), admin_key: { id: keyRow.id, key } };
    });
  }

  list(query: PageQuery): Promise<Page<TenantDto>> {
    return this.database.read(async (manager) => {
      const rows = await paged(manager.createQueryBuilder(Tenant, 'row'), query).getMany();
      return toPage(rows, query.limit, tenantView);
    });
  }

  /** Returns a tenant. Admins can only read their own. */
  async get(caller: Caller, tenantId: string): Promise<TenantDto> {
    return tenantView(await this.database.read((manager) => this.find(manager, caller, tenantId)));
  }

  async update(caller: Caller, tenantId: string, changes: UpdateTenantDto): Promise<TenantDto> {
    const updated = await this.database.write(async (manager) => {
      const row = await this.find(manager, caller, tenantId);
      const next: Tenant = {
        ...row,
        name: changes.name ?? row.name,
        slug: changes.slug ?? row.slug,
        returnUrlOrigins: changes.return_url_origins ?? row.returnUrlOrigins,
        allowedOrigins: changes.allowed_origins ?? row.allowedOrigins,
        userVerification: changes.user_verification ?? row.userVerification,
        userVerificationUrl:
          changes.user_verification_url === undefined ? row.userVerificationUrl : changes.user_verification_url,
        oauthDomainRule: changes.oauth_domain_rule ?? row.oauthDomainRule,
        allowSkippingConfirmation: changes.allow_skipping_confirmation ?? row.allowSkippingConfirmation,
        logo: changes.logo === undefined ? row.logo : changes.logo,
        accentColor:
          changes.accent_color === undefined ? row.accentColor : (changes.accent_color?.toLowerCase() ?? null),
        updatedAt: this.clock.now(),
      };
      requireVerificationUrl(next);
      await manager.update(Tenant, { id: tenantId }, next).catch(rejectDuplicateSlug);
      const { allow_skipping_confirmation } = changes;
      await this.record(manager, caller, 'tenant.updated', tenantId, {
        fields: Object.keys(changes),
        ...(allow_skipping_confirmation !== undefined && { allow_skipping_confirmation }),
      });
      return next;
    });
    this.cluster.publish('tenant', tenantId);
    return tenantView(updated);
  }

  /** Registers what deletes most rows of a tenant before the transaction that deletes it, with transactions of its own. */
  beforeDelete(hook: (tenantId: string) => Promise<void>): void {
    this.beforeDeleteHooks.push(hook);
  }

  /** Deletes a tenant and everything that belongs to it. Without its data keys, secrets in backups cannot be decrypted either. */
  async delete(caller: Caller, tenantId: string): Promise<void> {
    await this.get(caller, tenantId);
    for (const hook of this.beforeDeleteHooks) await hook(tenantId);
    const keys = await this.database.write(async (manager) => {
      const row = await this.find(manager, caller, tenantId);
      const owned = await manager.find(ApiKey, { select: { id: true, digest: true }, where: { tenantId } });
      await manager.delete(Tenant, { id: tenantId });
      await this.record(manager, caller, 'tenant.deleted', tenantId, { name: row.name, slug: row.slug });
      return owned;
    }, LONG);
    for (const key of keys) this.cluster.publish('key', keyTopicId(key));
    this.cluster.publish('tenant', tenantId);
    if (!(await this.database.purgeDeleted())) {
      this.logger.warn(
        { tenant_id: tenantId },
        "the deleted tenant's sealed secrets remain in the write-ahead log until the next checkpoint: another process is reading the database",
      );
    }
  }

  /** Returns the tenant's name for the console. */
  async nameOf(tenantId: string): Promise<string> {
    const row = await this.database.read((manager) => manager.findOneBy(Tenant, { id: tenantId }));
    return row?.name ?? '';
  }

  /** Returns the appearance of the tenant's end-user pages. */
  async brandOf(tenantId: string): Promise<TenantBrand> {
    const row = await this.database.read((manager) => withLogo(manager, tenantId));
    return { name: row?.name ?? '', logo: row?.logo ?? null, accentColor: row?.accentColor ?? null };
  }

  /** Returns the URL that verifies the tenant's users; `undefined` if the sign-in page does. */
  async verificationUrlOf(tenantId: string): Promise<string | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(Tenant, { id: tenantId }));
    return row?.userVerification === 'redirect' ? (row.userVerificationUrl ?? undefined) : undefined;
  }

  async oauthDomainRuleOf(tenantId: string): Promise<'warn' | 'refuse'> {
    const row = await this.database.read((manager) => manager.findOneBy(Tenant, { id: tenantId }));
    return row?.oauthDomainRule ?? 'warn';
  }

  /** Returns whether a policy may skip the confirmation that a document demands. */
  async allowsSkippingConfirmation(tenantId: string): Promise<boolean> {
    const row = await this.database.read((manager) => manager.findOneBy(Tenant, { id: tenantId }));
    return row?.allowSkippingConfirmation ?? false;
  }

  async allowsReturnTo(tenantId: string, url: string): Promise<boolean> {
    const row = await this.database.read((manager) => manager.findOneBy(Tenant, { id: tenantId }));
    return row !== null && isAllowedReturnUrl(url, row.returnUrlOrigins);
  }

  private async find(manager: EntityManager, caller: Caller, id: string): Promise<Tenant> {
    const isVisible = caller.role === 'operator' || caller.tenantId === id;
    const row = isVisible ? await withLogo(manager, id) : null;
    if (!row) throw new NotFoundError('tenant');
    return row;
  }

  private record(
    manager: EntityManager,
    actor: Caller,
    type: `tenant.${'created' | 'updated' | 'deleted'}`,
    tenantId: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record({ manager, tenantId }, { type, actor, targetId: tenantId, details });
  }
}

function slugFrom(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return `${words.replaceAll(/^-+|-+$/g, '').slice(0, 50) || 'tenant'}-${randomText(6)}`.replace('--', '-');
}

function withLogo(manager: EntityManager, id: string): Promise<Tenant | null> {
  return manager.createQueryBuilder(Tenant, 'row').addSelect('row.logo').where({ id }).getOne();
}

/** @throws {InvalidRequestError} `user_verification` is `redirect` without a URL */
function requireVerificationUrl({ userVerification, userVerificationUrl }: Tenant): void {
  if (userVerification === 'page' || userVerificationUrl) return;
  throw InvalidRequestError.at(
    '/user_verification_url',
    'user_verification_url is required if user_verification is redirect',
  );
}

function rejectDuplicateSlug(error: unknown): never {
  if (!isDuplicate(error)) throw error;
  const errors = [{ pointer: '/slug', message: 'choose another slug' }];
  throw new CountersignError('slug_taken', 'another tenant already uses this slug', errors);
}

function tenantView(row: Tenant): TenantDto {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    return_url_origins: row.returnUrlOrigins,
    allowed_origins: row.allowedOrigins ?? [],
    user_verification: row.userVerification,
    user_verification_url: row.userVerificationUrl,
    oauth_domain_rule: row.oauthDomainRule,
    allow_skipping_confirmation: row.allowSkippingConfirmation,
    logo: row.logo,
    accent_color: row.accentColor,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
