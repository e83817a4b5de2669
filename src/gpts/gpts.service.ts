import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  LimitReachedError,
  newId,
  toPage,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database, LONG, type TenantStore } from '../database/index.js';
import { Gpt } from './gpt.entity.js';
import type { CreateGptDto, GptDto, UpdateGptDto } from './gpts.dto.js';

/** Ends what belongs to a GPT. */
interface BeforeDeleteHook {
  /** Runs before the transaction that deletes the GPT, with transactions of its own. */
  drain: (gptId: string, caller: TenantCaller) => Promise<void>;
  /** Runs in the transaction that deletes the GPT, before its rows are deleted. */
  end: (store: TenantStore, gptId: string, caller: TenantCaller) => Promise<void>;
}

@Injectable()
export class GptsService {
  private readonly beforeDeleteHooks: BeforeDeleteHook[] = [];

  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly settings: Settings,
  ) {}

  /** @throws {LimitReachedError} the tenant has as many GPTs as allowed */
  create(caller: TenantCaller, { name, description, instructions }: CreateGptDto): Promise<GptDto> {
    const now = this.clock.now();
    const { gptsPerTenant } = this.settings.maximum;
    const texts = { name, description: description ?? '', instructions: instructions ?? '' };
    const row = { id: newId('g'), ...texts, revision: 1, createdAt: now, updatedAt: now };
    return this.database.tenant(caller.tenantId).write(async (store) => {
      await store.lockTenant();
      if ((await store.count(Gpt, {})) >= gptsPerTenant) {
        throw new LimitReachedError(`a tenant may have at most ${gptsPerTenant} GPTs`, 'MAX_GPTS_PER_TENANT');
      }
      await store.insert(Gpt, [row]);
      await this.record(store, caller, 'gpt.created', row.id, { name });
      return gptView(row);
    });
  }

  list(tenantId: string, query: PageQuery): Promise<Page<GptDto>> {
    return this.database
      .tenant(tenantId)
      .read(async (store) => toPage(await store.page(Gpt, {}, query), query.limit, gptView));
  }

  get(tenantId: string, gptId: string): Promise<GptDto> {
    return this.database.tenant(tenantId).read(async (store) => gptView(await store.get(Gpt, { id: gptId }, 'GPT')));
  }

  async update(caller: TenantCaller, gptId: string, changes: UpdateGptDto): Promise<GptDto> {
    const view = await this.database.tenant(caller.tenantId).write(async (store) => {
      const row = await store.get(Gpt, { id: gptId }, 'GPT');
      const next = {
        ...row,
        name: changes.name ?? row.name,
        description: changes.description ?? row.description,
        instructions: changes.instructions ?? row.instructions,
        revision: row.revision + 1,
        updatedAt: this.clock.now(),
      };
      await store.update(Gpt, { id: gptId }, next);
      await this.record(store, caller, 'gpt.updated', gptId, { fields: Object.keys(changes) });
      return gptView(next);
    });
    this.cluster.publish('gpt', gptTopicId(caller.tenantId, gptId));
    return view;
  }

  /** Registers a hook for modules above this one, whose rows are deleted together with a GPT. */
  beforeDelete(hook: BeforeDeleteHook): void {
    this.beforeDeleteHooks.push(hook);
  }

  async delete(caller: TenantCaller, gptId: string): Promise<void> {
    await this.get(caller.tenantId, gptId);
    for (const { drain } of this.beforeDeleteHooks) await drain(gptId, caller);
    await this.database.tenant(caller.tenantId).write(async (store) => {
      const { name } = await store.get(Gpt, { id: gptId }, 'GPT');
      for (const { end } of this.beforeDeleteHooks) await end(store, gptId, caller);
      await store.delete(Gpt, { id: gptId });
      await this.record(store, caller, 'gpt.deleted', gptId, { name });
    }, LONG);
    this.cluster.publish('gpt', gptTopicId(caller.tenantId, gptId));
  }

  private record(
    store: TenantStore,
    actor: TenantCaller,
    type: `gpt.${'created' | 'updated' | 'deleted'}`,
    targetId: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(store, { type, actor, targetId, details });
  }
}

/** Returns the id of a GPT in cache invalidations. It includes the tenant, so that no tenant can affect the cache of another. */
export function gptTopicId(tenantId: string, gptId: string): string {
  return `${tenantId} ${gptId}`;
}

function gptView(row: Omit<Gpt, 'tenantId'>): GptDto {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    instructions: row.instructions,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
