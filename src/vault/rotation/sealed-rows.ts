import { Injectable } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { Database, type TenantStore } from '../../database/index.js';
import { DataKeys } from '../data-keys.js';
import { readSealed, UnsealError, startOf } from '../envelope.js';
import { sealedColumns, type SealedColumn } from '../sealed-column.js';
import { Vault } from '../vault.js';
import type { RotationFailure } from './vault-rotation.entity.js';

/** How many rows one transaction seals anew. On SQLite nobody else writes meanwhile. */
const BATCH = 50;

type Row = ObjectLiteral & { tenantId: string };

/** One secret of a row, sealed anew. */
interface Resealed {
  row: Row;
  before: string;
  after: string;
}

/** What one way through a tenant's rows has come to. */
export interface Pass {
  /** How many secrets were sealed anew. */
  changed: number;
  /** Those that do not open. They are left as they are. */
  failures: RotationFailure[];
}

/** Whom the work is done for. */
export interface Shift {
  /** Notes in the same transaction that so many secrets have been sealed anew. */
  note(manager: EntityManager, changed: number): Promise<void>;
  /** Between two batches. @returns whether to go on */
  next(): Promise<boolean>;
}

/** Finds what tenants have sealed, and seals it anew with their newest key. */
@Injectable()
export class SealedRows {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly vault: Vault,
  ) {}

  /** How many secrets there are, of a tenant or in all. */
  async count(tenantId: string | null): Promise<number> {
    const counts = sealedColumns().map(({ entity, property }) =>
      this.database.read((manager) => {
        const all = manager.createQueryBuilder(entity, 'row').where(`row.${property} IS NOT NULL`);
        return (tenantId ? all.andWhere('row.tenantId = :tenantId', { tenantId }) : all).getCount();
      }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Seals with a tenant's newest key what is not. Each secret is written where it is still the one that was read, so whatever else
   * happens to its row meanwhile stays; what was written under an older key behind its back is for another pass.
   */
  async reseal(tenantId: string, shift: Shift): Promise<Pass> {
    const pass: Pass = { changed: 0, failures: [] };
    for (const column of sealedColumns()) {
      for (let after: Row | undefined; await shift.next();) {
        const rows = await this.read(tenantId, column, after);
        await this.resealBatch(tenantId, column, rows, pass, shift);
        after = rows.at(-1);
        if (rows.length < BATCH) break;
      }
    }
    return pass;
  }

  /** Whether anything of a tenant is sealed with that key, as the transaction sees it. */
  async refersTo({ manager, tenantId }: TenantStore, keyId: string): Promise<boolean> {
    for (const { entity, property } of sealedColumns()) {
      const found = await manager
        .createQueryBuilder(entity, 'row')
        .where(`row.tenantId = :tenantId AND row.${property} LIKE :start`, { tenantId, start: `${startOf(keyId)}%` })
        .getExists();
      if (found) return true;
    }
    return false;
  }

  private async resealBatch(
    tenantId: string,
    column: SealedColumn,
    rows: Row[],
    pass: Pass,
    shift: Shift,
  ): Promise<void> {
    const attempts = await Promise.all(rows.map((row) => this.resealed(column, row, pass)));
    const resealed = attempts.filter((attempt) => attempt !== undefined);
    if (resealed.length === 0) return;
    pass.changed += await this.database.tenant(tenantId).write(async (store, manager) => {
      let changed = 0;
      for (const each of resealed) changed += await replace(store, column, each);
      await shift.note(manager, changed);
      return changed;
    });
  }

  /** @returns nothing where it is sealed with the newest key, or does not open */
  private async resealed(column: SealedColumn, row: Row, pass: Pass): Promise<Resealed | undefined> {
    const before = row[column.property] as string;
    const newest = await this.keys.current(row.tenantId);
    const place = column.contextOf(row);
    try {
      if (readSealed(before).dataKeyId === newest.id) return undefined;
      return { row, before, after: await this.vault.reseal(place, before, newest) };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      pass.failures.push({ tenant_id: row.tenantId, table: place.table, row_id: place.rowId });
      return undefined;
    }
  }

  /** The next rows in the order of their keys. */
  private read(tenantId: string, { entity, property, reads }: SealedColumn, after: Row | undefined): Promise<Row[]> {
    return this.database.read(async (manager) => {
      const keys = keysOf(manager, entity);
      const query = manager
        .createQueryBuilder<Row>(entity as new () => Row, 'row')
        .select([...new Set(['tenantId', ...keys, ...reads, property])].map((name) => `row.${name}`))
        .where(`row.tenantId = :tenantId AND row.${property} IS NOT NULL`, { tenantId })
        .limit(BATCH);
      for (const key of keys) query.addOrderBy(`row.${key}`);
      if (after) query.andWhere(behind(keys), Object.fromEntries(keys.map((key) => [key, after[key] as unknown])));
      return query.getMany();
    });
  }
}

/** What names a row within its tenant. */
function keysOf(manager: EntityManager, entity: new () => object): string[] {
  const { primaryColumns } = manager.connection.getMetadata(entity);
  return primaryColumns.map(({ propertyName }) => propertyName).filter((name) => name !== 'tenantId');
}

/** `(a > :a) OR (a = :a AND b > :b)` … */
function behind(keys: string[]): string {
  const arms = keys.map((key, index) =>
    [...keys.slice(0, index).map((same) => `row.${same} = :${same}`), `row.${key} > :${key}`].join(' AND '),
  );
  return `(${arms.map((arm) => `(${arm})`).join(' OR ')})`;
}

function replace(store: TenantStore, { entity, property }: SealedColumn, { row, before, after }: Resealed) {
  const keys = keysOf(store.manager, entity);
  const where = { ...Object.fromEntries(keys.map((key) => [key, row[key] as unknown])), [property]: before };
  return store.update<Row>(entity as new () => Row, where as FindOptionsWhere<Row>, { [property]: after });
}
