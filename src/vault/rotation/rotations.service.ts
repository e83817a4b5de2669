import { Injectable } from '@nestjs/common';
import { AuditLog, type Actor } from '../../audit/index.js';
import { Clock, newId, NotFoundError, pageOf, type Page, type PageQuery } from '../../common/index.js';
import { Database, isDuplicate, paged } from '../../database/index.js';
import { Tenant } from '../../tenants/index.js';
import { KekRotation } from './kek-rotation.js';
import { OldDataKeys } from './old-data-keys.js';
import type { RotationDetailsDto, RotationDto } from './rotations.dto.js';
import { RotationWorker } from './rotation-worker.js';
import { VaultRotation } from './vault-rotation.entity.js';

@Injectable()
export class RotationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly worker: RotationWorker,
    private readonly old: OldDataKeys,
    private readonly keks: KekRotation,
  ) {}

  /**
   * Starts a rotation in the background, or returns the one of the same scope that is running.
   *
   * @throws {NotFoundError} the tenant does not exist
   */
  async create(
    actor: Actor,
    scope: VaultRotation['scope'],
    tenantId: string | null = null,
  ): Promise<RotationDetailsDto> {
    const runningScope = `${scope} ${tenantId ?? '*'}`;
    const row = { id: newId('rot'), scope, tenantId, runningScope, createdAt: this.clock.now() };
    const isNew = await this.insert(row, actor);
    this.worker.wake();
    const where = isNew ? { id: row.id } : { runningScope };
    const rotation = await this.database.read((manager) => manager.findOneBy(VaultRotation, where));
    // The running rotation has just completed.
    return rotation ? this.details(rotation) : this.create(actor, scope, tenantId);
  }

  list(query: PageQuery): Promise<Page<RotationDto>> {
    return this.database.read(async (manager) => {
      const rows = await paged(manager.createQueryBuilder(VaultRotation, 'row'), query).getMany();
      return pageOf(rows, query.limit, rotationView);
    });
  }

  async get(id: string): Promise<RotationDetailsDto> {
    const row = await this.database.read((manager) => manager.findOneBy(VaultRotation, { id }));
    if (!row) throw new NotFoundError('rotation');
    return this.details(row);
  }

  /** @returns whether the row was inserted; false if a rotation of the same scope is running */
  private async insert(
    row: Pick<VaultRotation, 'id' | 'scope' | 'tenantId' | 'runningScope' | 'createdAt'>,
    actor: Actor,
  ): Promise<boolean> {
    const { id, scope, tenantId } = row;
    try {
      await this.database.write(async (manager) => {
        if (tenantId && !(await manager.existsBy(Tenant, { id: tenantId }))) throw new NotFoundError('tenant');
        await manager.insert(VaultRotation, {
          ...row,
          status: 'running',
          done: 0,
          failed: 0,
          failures: [],
          fencingToken: 0,
        });
        const details = { scope, tenant_id: tenantId };
        const type = 'vault.rotation_started';
        await this.audit.record({ manager, tenantId: null }, { type, actor, targetId: id, details });
      });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  private async details(row: VaultRotation): Promise<RotationDetailsDto> {
    const keys = row.scope === 'kek' ? this.keks : this.old;
    return { ...rotationView(row), old_keys: await keys.count(row.tenantId) };
  }
}

function rotationView(row: VaultRotation): RotationDto {
  return {
    id: row.id,
    scope: row.scope,
    tenant_id: row.tenantId,
    status: row.status,
    progress: { total: row.total, done: row.done, failed: row.failed },
    failures: row.failures,
    error: row.error,
    created_at: row.createdAt.toISOString(),
    completed_at: row.completedAt?.toISOString() ?? null,
  };
}
