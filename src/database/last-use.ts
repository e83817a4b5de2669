import type { EntityTarget } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Database } from './database.js';
import type { TenantRow } from './tenant-store.js';

export interface UsedRow extends TenantRow {
  id: string;
  lastUsedAt: Date | null;
}

/** How precisely a last use is known. */
const PRECISION_MS = 60_000;

/** What waits to be written, and what was written last, for that many rows at the most. */
const MAX_ROWS = 100_000;

/** Notes when rows were last used without a write for every use: one a minute and row, and what is left at the end. */
export class LastUse<E extends UsedRow> {
  private readonly noted = new Map<string, Date>();
  private readonly written = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly entity: EntityTarget<E>,
  ) {
    database.beforeClosing(() => this.flush());
  }

  note({ tenantId, id, lastUsedAt }: UsedRow, now: Date): void {
    const place = `${tenantId} ${id}`;
    const written = this.written.get(place) ?? lastUsedAt?.getTime() ?? 0;
    if (this.noted.size < MAX_ROWS) this.noted.set(place, now);
    if (now.getTime() - written < PRECISION_MS) return;
    if (this.written.size >= MAX_ROWS) this.written.clear();
    this.written.set(place, now.getTime());
    // A write that fails is made again with the next use: this is a note, and no call waits for it or fails by it.
    this.flush().catch(() => this.written.delete(place));
  }

  async flush(): Promise<void> {
    const batch = [...this.noted];
    if (batch.length === 0) return;
    this.noted.clear();
    await this.database.write(async (manager) => {
      for (const [place, lastUsedAt] of batch) {
        const [tenantId, id] = place.split(' ');
        const where = { tenantId, id } as object;
        await manager.update(this.entity, where, { lastUsedAt } as unknown as QueryDeepPartialEntity<E>);
      }
    });
  }
}
