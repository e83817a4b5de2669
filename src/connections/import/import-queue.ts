import { Injectable } from '@nestjs/common';
import { In, LessThan, LessThanOrEqual } from 'typeorm';
import { Clock } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, isFreeAt, isHeldAt, LONG, type TenantStore } from '../../database/index.js';
import { ConnectionImportLine } from './connection-import-line.entity.js';
import { ConnectionImport } from './connection-import.entity.js';

/** Longer than any batch. Another process takes an import over this long after its process was killed. */
const LEASE_MS = 30_000;

/** Lines that are deleted in one transaction. */
const DELETED_LINES = 500;

/** The columns of a running import that scheduling needs. */
const DUE_COLUMNS = { tenantId: true, id: true, fencingToken: true, leaseUntil: true } as const;

/** An import that may have a free lease. */
export type DueImport = Pick<ConnectionImport, keyof typeof DUE_COLUMNS>;

/** The columns that a batch changes. */
type Progress = Partial<
  Pick<ConnectionImport, 'status' | 'created' | 'replaced' | 'skipped' | 'failures' | 'completedAt'>
> & {
  failed?: number | (() => string);
};

/** The import was taken over by another process, or deleted. The batch must be rolled back. */
export class ImportLeaseLostError extends Error {
  constructor() {
    super('another process has taken over the import, or it was deleted');
    this.name = 'ImportLeaseLostError';
  }
}

/** The imports that are running. Replicas share them: one takes the lease of an import by a compare-and-set of its fencing token. */
@Injectable()
export class ImportQueue {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Returns the oldest running import of each tenant, unless another process works on it. */
  async due(): Promise<DueImport[]> {
    const running = await this.database.read((manager) =>
      manager.find(ConnectionImport, {
        select: DUE_COLUMNS,
        where: { status: 'running' },
        order: { createdAt: 'ASC', id: 'ASC' },
      }),
    );
    const oldest = new Map<string, DueImport>();
    for (const row of running) if (!oldest.has(row.tenantId)) oldest.set(row.tenantId, row);
    const now = this.clock.now();
    return [...oldest.values()].filter(({ leaseUntil }) => !isHeldAt(leaseUntil, now));
  }

  /** Takes the lease. Returns `undefined` if another process was faster. */
  async take({ tenantId, id, fencingToken }: DueImport): Promise<ConnectionImport | undefined> {
    const leaseUntil = isFreeAt(this.clock.now());
    const changes = { fencingToken: fencingToken + 1, leaseUntil: this.clock.in(LEASE_MS) };
    const take = async (store: TenantStore) => {
      const free = { id, fencingToken, status: 'running' as const, leaseUntil };
      if ((await store.update(ConnectionImport, free, changes)) === 0) return undefined;
      return store.get(ConnectionImport, { id }, 'import');
    };
    return this.database.tenant(tenantId).write(take, { relaxedDurability: true });
  }

  /** Reads the next lines. */
  lines(
    { tenantId, id: importId }: Pick<ConnectionImport, 'tenantId' | 'id'>,
    take: number,
  ): Promise<ConnectionImportLine[]> {
    const options = { where: { tenantId, importId }, order: { line: 'ASC' as const }, take };
    return this.database.read((manager) => manager.find(ConnectionImportLine, options));
  }

  /**
   * Records progress in the transaction of the work, and releases the lease.
   *
   * @throws {ImportLeaseLostError} the transaction must be rolled back
   */
  async release(store: TenantStore, { id, fencingToken }: ConnectionImport, progress: Progress): Promise<void> {
    const held = { id, fencingToken, status: 'running' as const };
    const changed = await store.update(ConnectionImport, held, { leaseUntil: null, ...progress });
    if (changed !== 1) throw new ImportLeaseLostError();
  }

  /** Deletes an import with its lines, in steps: deleting 100,000 lines at once would block other requests on SQLite. */
  async delete(tenantId: string, id: string): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    for (;;) {
      const lines = await this.lines({ tenantId, id }, DELETED_LINES);
      if (lines.length === 0) break;
      const ids = In(lines.map((line) => line.id));
      await tenant.write((store) => store.delete(ConnectionImportLine, { id: ids }));
    }
    await tenant.write((store) => store.delete(ConnectionImport, { id }));
  }

  /** Deletes imports that were completed before the retention of traces, and those whose bodies did not arrive because of a crash. */
  async sweep(): Promise<void> {
    const before = this.clock.in(-this.settings.trace.keptMs);
    const cut = { status: 'receiving' as const, leaseUntil: LessThanOrEqual(this.clock.now()) };
    await this.database.write(
      (manager) => manager.delete(ConnectionImport, { status: 'completed', completedAt: LessThan(before) }),
      LONG,
    );
    const abandoned = await this.database.read((manager) => manager.findBy(ConnectionImport, cut));
    for (const { tenantId, id } of abandoned) await this.delete(tenantId, id);
  }
}
