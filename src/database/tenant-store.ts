import {
  Brackets,
  type EntityManager,
  type EntityTarget,
  type FindOperator,
  type FindOptionsOrder,
  type FindOptionsSelect,
  type FindOptionsWhere,
  type SelectQueryBuilder,
} from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { NotFoundError, parseCursor, type PageQuery } from '../common/index.js';
import { recordChange } from './changes.js';
import { startsWithExactly } from './exact-text.js';

/** A row that belongs to a tenant. */
export interface TenantRow {
  tenantId: string;
}

/** A row with an id that is unique within its tenant, listed by creation time. */
export interface TenantItem extends TenantRow {
  id: string;
  createdAt: Date;
}

interface FindOptions<E> {
  select?: FindOptionsSelect<E>;
  order?: FindOptionsOrder<E>;
  /** The most rows to read. */
  take?: number;
}

/** New values of columns, or the SQL expressions that compute them. */
type Changes<E> = { [K in keyof E]?: E[K] | (() => string) };

/** Rows to insert from the rows of another entity. */
interface InsertSelect<E extends TenantRow, S extends TenantRow> {
  into: EntityTarget<E>;
  from: EntityTarget<S>;
  where: FindOptionsWhere<S>;
  /** The SQL expression of each column of `into`, by property. */
  columns: Partial<Record<keyof E & string, string>>;
  /** The values of named parameters in the expressions. */
  parameters: Record<string, unknown>;
}

/**
 * Reads and writes the rows of one tenant. Every query carries the tenant's id, there is no store without a tenant, and the entity manager
 * is private: code that holds a store cannot reach another tenant's rows.
 */
export class TenantStore {
  readonly #manager: EntityManager;

  constructor(
    manager: EntityManager,
    readonly tenantId: string,
  ) {
    if (!tenantId) throw new Error('a tenant store needs a tenant');
    this.#manager = manager;
  }

  find<E extends TenantRow>(
    entity: EntityTarget<E>,
    where: FindOptionsWhere<E> = {},
    options: FindOptions<E> = {},
  ): Promise<E[]> {
    return this.#manager.find(entity, { ...options, where: this.scoped(where) });
  }

  findOne<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<E | null> {
    return this.#manager.findOneBy(entity, this.scoped(where));
  }

  /**
   * Reads a row and locks it until the transaction ends. SQLite runs one writing transaction at a time, so it needs no lock.
   */
  findOneForUpdate<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<E | null> {
    return this.lockOne(this.#manager.createQueryBuilder(entity, 'row').where(this.scoped(where)));
  }

  /**
   * Locks the tenant until the transaction ends, so that transactions that check something about all of its rows take turns. Call this
   * before any read: what the transaction reads afterwards includes what the previous one has written.
   *
   * @throws {NotFoundError} the tenant does not exist
   */
  async lockTenant(): Promise<void> {
    const tenant = this.#manager.createQueryBuilder('tenants', 'row').select('row.id').where({ id: this.tenantId });
    if (!(await this.lockOne(tenant))) throw new NotFoundError('tenant');
  }

  /** @throws {NotFoundError} names `what`; also if the row belongs to another tenant */
  async get<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>, what: string): Promise<E> {
    const row = await this.findOne(entity, where);
    if (!row) throw new NotFoundError(what);
    return row;
  }

  exists<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<boolean> {
    return this.#manager.existsBy(entity, this.scoped(where));
  }

  count<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<number> {
    return this.#manager.countBy(entity, this.scoped(where));
  }

  /** Counts the rows of each combination of the given properties. Combinations without rows are not returned. */
  async countGroups<E extends TenantRow, K extends keyof E & string>(
    entity: EntityTarget<E>,
    properties: readonly K[],
    where: FindOptionsWhere<E>,
  ): Promise<(Pick<E, K> & { count: number })[]> {
    const query = this.#manager.createQueryBuilder(entity, 'row').select('COUNT(*)', 'count').where(this.scoped(where));
    for (const property of properties) query.addSelect(`row.${property}`, property).addGroupBy(`row.${property}`);
    const groups = await query.getRawMany<Pick<E, K> & { count: number | string }>();
    return groups.map((group) => ({ ...group, count: Number(group.count) }));
  }

  /** Reads a page in the order of creation, or newest first. Returns one row more than the page holds, for `toPage`. */
  page<E extends TenantItem>(entity: EntityTarget<E>, where: FindOptionsWhere<E>, query: ListQuery): Promise<E[]> {
    return paged(this.#manager.createQueryBuilder(entity, 'row').where(this.scoped(where)), query).getMany();
  }

  async insert<E extends TenantRow>(entity: EntityTarget<E>, rows: Omit<E, 'tenantId'>[]): Promise<void> {
    if (rows.length === 0) return;
    const scoped = rows.map((row) => ({ ...row, tenantId: this.tenantId }));
    await this.#manager.insert(entity, scoped as unknown as QueryDeepPartialEntity<E>[]);
    this.recordChange(entity, undefined, true);
  }

  /** Inserts a row for each matching row of another entity. One statement copies them; they are not read into memory. */
  async insertSelect<E extends TenantRow, S extends TenantRow>(insert: InsertSelect<E, S>): Promise<void> {
    const { into, from, where, columns, parameters } = insert;
    const { driver } = this.#manager.connection;
    const target = this.#manager.connection.getMetadata(into);
    const expressions: Record<string, string> = { ...(columns as Record<string, string>), tenantId: ':ownTenantId' };
    const names = Object.keys(expressions).map((property) => {
      const column = target.findColumnWithPropertyName(property);
      if (!column) throw new Error(`${target.name} has no property ${property}`);
      return driver.escape(column.databaseName);
    });
    const [select, values] = this.#manager
      .createQueryBuilder(from, 'row')
      .select(Object.values(expressions))
      .where(this.scoped(where))
      .setParameters({ ...parameters, ownTenantId: this.tenantId })
      .getQueryAndParameters();
    await this.#manager.query(`INSERT INTO ${driver.escape(target.tablePath)} (${names.join(', ')}) ${select}`, values);
    this.recordChange(into, undefined, true);
  }

  /**
   * Updates the matching rows. With the old value in `where` this is a compare-and-set.
   *
   * @returns how many rows matched
   */
  async update<E extends TenantRow>(
    entity: EntityTarget<E>,
    where: FindOptionsWhere<E>,
    changes: Changes<E>,
  ): Promise<number> {
    const result = await this.#manager.update(entity, this.scoped(where), changes as QueryDeepPartialEntity<E>);
    this.recordChange(entity, where);
    return result.affected ?? 0;
  }

  /** @returns how many rows were deleted */
  async delete<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<number> {
    const result = await this.#manager.delete(entity, this.scoped(where));
    this.recordChange(entity, where);
    return result.affected ?? 0;
  }

  /** Returns a condition for text that starts with exactly `prefix`. */
  startsWith(prefix: string): FindOperator<string> {
    return startsWithExactly(this.#manager, prefix);
  }

  private recordChange(entity: EntityTarget<object>, where?: object, isNew = false): void {
    const id = where && 'id' in where && typeof where.id === 'string' ? where.id : undefined;
    recordChange(this.#manager, { entity, tenantId: this.tenantId, id, isNew });
  }

  private lockOne<E extends object>(query: SelectQueryBuilder<E>): Promise<E | null> {
    if (this.#manager.connection.options.type !== 'better-sqlite3') query.setLock('pessimistic_write');
    return query.getOne();
  }

  private scoped<E extends TenantRow>(where: FindOptionsWhere<E>): FindOptionsWhere<E> {
    return { ...where, tenantId: this.tenantId };
  }
}

/** The page of a list, and the end it starts from. */
type ListQuery = PageQuery & { order?: 'asc' | 'desc' };

/** Orders by creation and starts after the cursor. @throws {InvalidRequestError} the cursor is invalid */
export function paged<E extends object>(builder: SelectQueryBuilder<E>, query: ListQuery): SelectQueryBuilder<E> {
  const isNewestFirst = query.order === 'desc';
  if (query.cursor) {
    const { createdAt, id } = parseCursor(query.cursor);
    const after = isNewestFirst ? '<' : '>';
    builder.andWhere(
      new Brackets((where) =>
        where
          .where(`row.createdAt ${after} :createdAt`, { createdAt })
          .orWhere(`row.createdAt = :createdAt AND row.id ${after} :id`, { createdAt, id }),
      ),
    );
  }
  return builder
    .orderBy('row.createdAt', isNewestFirst ? 'DESC' : 'ASC')
    .addOrderBy('row.id', isNewestFirst ? 'DESC' : 'ASC')
    .take(query.limit + 1);
}
