import type { EntityTarget } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Database } from './database.js';
import type { TenantRow } from './tenant-store.js';

export interface UsedRow extends TenantRow {
  id: string;
  lastUsedAt: Date | null;
}

/** The precision of `lastUsedAt`. */
const PRECISION_MS = 60_000;

/** Rows with a pending or recent write. */
const MAX_ROWS = 100_000;

/** Records when rows were last used, with one write per row and minute, and a final one when the database closes. */
export class LastUse<E extends UsedRow> {
  private readonly pending = new Map<string, Date>();
  private readonly writtenAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly entity: EntityTarget<E>,
  ) {
    database.beforeClosing(() => this.flush());
  }

  record({ tenantId, id, lastUsedAt }: UsedRow, now: Date): void {
    const key = `${tenantId} ${id}`;
    const writtenAt = this.writtenAt.get(key) ?? lastUsedAt?.getTime() ?? 0;
    if (this.pending.size < MAX_ROWS) this.pending.set(key, now);
    if (now.getTime() - writtenAt < PRECISION_MS) return;
    if (this.writtenAt.size >= MAX_ROWS) this.writtenAt.clear();
    this.writtenAt.set(key, now.getTime());
    // No call waits for this write or fails with it; after a failure the next use writes again.
    this.flush().catch(() => this.writtenAt.delete(key));
  }

  async flush(): Promise<void> {
    const batch = [...this.pending];
    if (batch.length === 0) return;
    this.pending.clear();
    await this.database.write(async (manager) => {
      for (const [key, lastUsedAt] of batch) {
        const [tenantId, id] = key.split(' ');
        const where = { tenantId, id } as object;
        await manager.update(this.entity, where, { lastUsedAt } as unknown as QueryDeepPartialEntity<E>);
      }
    });
  }
}
