import {
  Brackets,
  type DeepPartial,
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  type SelectQueryBuilder,
} from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { NotFoundError, parseCursor, type PageQuery } from '../common/index.js';

/** Every row that belongs to a tenant. */
export interface TenantRow {
  tenantId: string;
}

/** A row that has an id of its own, unique within its tenant, and a place in lists. */
export interface TenantItem extends TenantRow {
  id: string;
  createdAt: Date;
}

/**
 * The rows of one tenant, and no way to any other's: each query carries the tenant's id, and there is no store without one.
 */
export class TenantStore {
  constructor(
    readonly manager: EntityManager,
    readonly tenantId: string,
  ) {
    if (!tenantId) throw new Error('a tenant store needs a tenant');
  }

  find<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E> = {}): Promise<E[]> {
    return this.manager.findBy(entity, this.scoped(where));
  }

  findOne<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<E | null> {
    return this.manager.findOneBy(entity, this.scoped(where));
  }

  /** @throws {NotFoundError} naming `what`, also where the row is another tenant's */
  async get<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>, what: string): Promise<E> {
    const row = await this.findOne(entity, where);
    if (!row) throw new NotFoundError(what);
    return row;
  }

  /** Rows in the order of their creation, or newest first, one more than the page holds, for `toPage`. */
  page<E extends TenantItem>(entity: EntityTarget<E>, where: FindOptionsWhere<E>, query: ListQuery): Promise<E[]> {
    return paged(this.manager.createQueryBuilder(entity, 'row').where(this.scoped(where)), query).getMany();
  }

  async insert<E extends TenantRow>(entity: EntityTarget<E>, rows: Omit<E, 'tenantId'>[]): Promise<void> {
    if (rows.length === 0) return;
    const scoped = rows.map((row) => ({ ...row, tenantId: this.tenantId }));
    await this.manager.insert(entity, scoped as unknown as QueryDeepPartialEntity<E>[]);
  }

  /** @returns how many rows matched and were changed: with the old value in `where` this is a compare-and-set */
  async update<E extends TenantRow>(
    entity: EntityTarget<E>,
    where: FindOptionsWhere<E>,
    changes: DeepPartial<E>,
  ): Promise<number> {
    const result = await this.manager.update(entity, this.scoped(where), changes as QueryDeepPartialEntity<E>);
    return result.affected ?? 0;
  }

  async delete<E extends TenantRow>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<number> {
    const result = await this.manager.delete(entity, this.scoped(where));
    return result.affected ?? 0;
  }

  private scoped<E extends TenantRow>(where: FindOptionsWhere<E>): FindOptionsWhere<E> {
    return { ...where, tenantId: this.tenantId };
  }
}

/** Which page of a list, and from which end. */
type ListQuery = PageQuery & { order?: 'asc' | 'desc' };

/** Orders by creation and starts behind the cursor. @throws {InvalidRequestError} the cursor is not one of ours */
export function paged<E extends object>(builder: SelectQueryBuilder<E>, query: ListQuery): SelectQueryBuilder<E> {
  const isNewestFirst = query.order === 'desc';
  if (query.cursor) {
    const { createdAt, id } = parseCursor(query.cursor);
    const behind = isNewestFirst ? '<' : '>';
    builder.andWhere(
      new Brackets((where) =>
        where
          .where(`row.createdAt ${behind} :createdAt`, { createdAt })
          .orWhere(`row.createdAt = :createdAt AND row.id ${behind} :id`, { createdAt, id }),
      ),
    );
  }
  return builder
    .orderBy('row.createdAt', isNewestFirst ? 'DESC' : 'ASC')
    .addOrderBy('row.id', isNewestFirst ? 'DESC' : 'ASC')
    .take(query.limit + 1);
}
