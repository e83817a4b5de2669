import { Injectable } from '@nestjs/common';
import { Like, type EntityManager, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { Database, LONG, TenantStore } from '../../database/index.js';
import { DataKeys } from '../data-keys.js';
import { parseSealed, prefixOf, UnsealError } from '../envelope.js';
import { sealedColumns, type SealedColumn } from '../sealed-column.js';
import { Vault } from '../vault.js';
import type { RotationFailure } from './vault-rotation.entity.js';

/** Rows resealed by one transaction. On SQLite, it blocks all other writes. */
const BATCH_SIZE = 50;

type Row = ObjectLiteral & { tenantId: string };

/** A secret of a row, before and after resealing. */
interface Resealed {
  row: Row;
  before: string;
  after: string;
}

/** The result of one pass over a tenant's secrets. */
export interface Pass {
  /** How many secrets were resealed. */
  changed: number;
  /** The secrets that cannot be unsealed. They are left unchanged. */
  failures: RotationFailure[];
}

/** Receives the progress of a pass, and decides whether it continues. */
export interface ProgressSink {
  /** Records the number of resealed secrets in the transaction that stores them. */
  recordProgress(manager: EntityManager, changed: number): Promise<void>;
  /** Called before each batch. */
  shouldContinue(): Promise<boolean>;
}

/** Finds the sealed secrets of tenants, and reseals them with the tenant's primary key. */
@Injectable()
export class SealedRows {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly vault: Vault,
  ) {}

  /** Counts the secrets of a tenant, or of all tenants. */
  async count(tenantId: string | null): Promise<number> {
    const counts = sealedColumns().map(({ entity, property }) =>
      this.database.read((manager) => {
        const query = manager.createQueryBuilder(entity, 'row').where(`row.${property} IS NOT NULL`);
        return (tenantId ? query.andWhere('row.tenantId = :tenantId', { tenantId }) : query).getCount();
      }, LONG),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Reseals the tenant's secrets that are sealed with an older key. Each secret is replaced only if it is still the one that was read, so
   * concurrent changes win. A concurrent write that still uses an older key is left for another pass.
   */
  async reseal(tenantId: string, sink: ProgressSink): Promise<Pass> {
    const pass: Pass = { changed: 0, failures: [] };
    for (const column of sealedColumns()) {
      for (let after: Row | undefined; await sink.shouldContinue();) {
        const rows = await this.readBatch(tenantId, column, after);
        await this.resealBatch(tenantId, column, rows, pass, sink);
        after = rows.at(-1);
        if (rows.length < BATCH_SIZE) break;
      }
    }
    return pass;
  }

  /** Tells whether a data key seals any secret of the tenant. */
  async isKeyInUse(store: TenantStore, keyId: string): Promise<boolean> {
    for (const { entity, property } of sealedColumns()) {
      if (await store.exists<Row>(entity as new () => Row, { [property]: Like(`${prefixOf(keyId)}%`) })) return true;
    }
    return false;
  }

  private async resealBatch(
    tenantId: string,
    column: SealedColumn,
    rows: Row[],
    pass: Pass,
    sink: ProgressSink,
  ): Promise<void> {
    const attempts = await Promise.all(rows.map((row) => this.resealRow(column, row, pass)));
    const resealed = attempts.filter((attempt) => attempt !== undefined);
    if (resealed.length === 0) return;
    pass.changed += await this.database.write(async (manager) => {
      const store = new TenantStore(manager, tenantId);
      const keys = primaryKeyOf(manager, column.entity);
      let changed = 0;
      for (const each of resealed) changed += await replace(store, column, keys, each);
      await sink.recordProgress(manager, changed);
      return changed;
    }, LONG);
  }

  /** Returns undefined if the secret is sealed with the primary key already, or cannot be unsealed. */
  private async resealRow(column: SealedColumn, row: Row, pass: Pass): Promise<Resealed | undefined> {
    const before = row[column.property] as string;
    const primary = await this.keys.primary(row.tenantId);
    const context = column.contextOf(row);
    try {
      if (parseSealed(before).dataKeyId === primary.id) return undefined;
      return { row, before, after: await this.vault.reseal(context, before, primary) };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      pass.failures.push({ tenant_id: row.tenantId, table: context.table, row_id: context.rowId });
      return undefined;
    }
  }

  private readBatch(tenantId: string, column: SealedColumn, after: Row | undefined): Promise<Row[]> {
    const { entity, property, contextProperties } = column;
    return this.database.read(async (manager) => {
      const keys = primaryKeyOf(manager, entity);
      const query = manager
        .createQueryBuilder<Row>(entity as new () => Row, 'row')
        .select([...new Set(['tenantId', ...keys, ...contextProperties, property])].map((name) => `row.${name}`))
        .where(`row.tenantId = :tenantId AND row.${property} IS NOT NULL`, { tenantId })
        .limit(BATCH_SIZE);
      for (const key of keys) query.addOrderBy(`row.${key}`);
      if (after) query.andWhere(isAfter(keys), Object.fromEntries(keys.map((key) => [key, after[key] as unknown])));
      return query.getMany();
    }, LONG);
  }
}

/** Returns the properties of the primary key, without the tenant's id. */
function primaryKeyOf(manager: EntityManager, entity: new () => object): string[] {
  const { primaryColumns } = manager.connection.getMetadata(entity);
  return primaryColumns.map(({ propertyName }) => propertyName).filter((name) => name !== 'tenantId');
}

/** Returns the condition `(a > :a) OR (a = :a AND b > :b)` … */
function isAfter(keys: string[]): string {
  const alternatives = keys.map((key, index) =>
    [...keys.slice(0, index).map((same) => `row.${same} = :${same}`), `row.${key} > :${key}`].join(' AND '),
  );
  return `(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`;
}

/** Replaces a secret if it is still the one that was read. @returns the number of changed rows */
function replace(
  store: TenantStore,
  { entity, property }: SealedColumn,
  keys: string[],
  { row, before, after }: Resealed,
): Promise<number> {
  const where = { ...Object.fromEntries(keys.map((key) => [key, row[key] as unknown])), [property]: before };
  return store.update<Row>(entity as new () => Row, where as FindOptionsWhere<Row>, { [property]: after });
}
