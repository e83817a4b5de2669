import { Injectable } from '@nestjs/common';
import { IsNull, Like, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { digest, InvalidRequestError, type Page } from '../common/index.js';
import { Database } from '../database/index.js';
import { AuditChain, AuditEvent, auditRecord, chainedEvent, isChained, type ChainedRow } from './audit-event.entity.js';
import { DEPLOYMENT, type AuditRecord, type ChainedEvent, type ChainHead } from './chain.js';

/** Conditions on the events of a chain. */
export interface AuditFilter {
  /** `key.created`, or `key.*` for every type that starts with `key.`. */
  type?: string;
  target_id?: string;
  /** The id of a key or an end user. */
  actor?: string;
  since?: Date;
  until?: Date;
}

export interface AuditPage {
  limit: number;
  cursor?: string;
  order: 'asc' | 'desc';
}

/** The place of a cursor: after a position of the chain, or after an event that is not chained yet. */
type Place = { sequence: number } | { event: AuditEvent };

type Query = SelectQueryBuilder<AuditEvent>;

/** Events that an export reads at once. */
const BATCH_SIZE = 500;

/** Reads audit events. Those that are not chained yet come after the chain, in the order of their times and ids. */
@Injectable()
export class AuditEvents {
  constructor(private readonly database: Database) {}

  /** @param tenantId `null` for the events of the deployment */
  list(tenantId: string | null, filter: AuditFilter, { limit, cursor, order }: AuditPage): Promise<Page<AuditRecord>> {
    const chain = tenantId ?? DEPLOYMENT;
    return this.database.read(async (manager) => {
      const place = cursor === undefined ? undefined : await placeOf(manager, chain, cursor);
      // In this order, an event that is chained meanwhile is read twice, not missed.
      const unchained = await rowsOf(unchainedPage(queryOf(manager, chain, filter), order, place), limit + 1);
      const chained = await rowsOf(chainedPage(queryOf(manager, chain, filter), order, place), limit + 1);
      const ids = new Set(chained.map(({ id }) => id));
      const others = unchained.filter(({ id }) => !ids.has(id));
      const rows = order === 'asc' ? [...chained, ...others] : [...others, ...chained];
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { data: rows.slice(0, limit).map(auditRecord), next_cursor: last ? cursorOf(last) : null };
    });
  }

  /** Yields the chained events of a chain, oldest first, reading a batch at a time. @param after the sequence before the first event */
  async *events(chain: string, after = 0): AsyncGenerator<ChainedEvent> {
    for (let place = { sequence: after }; ;) {
      const rows = await this.database.read((manager) =>
        rowsOf<ChainedRow>(chainedPage(queryOf(manager, chain), 'asc', place), BATCH_SIZE),
      );
      for (const row of rows) yield chainedEvent(row);
      const last = rows.at(-1);
      if (!last || rows.length < BATCH_SIZE) return;
      place = last;
    }
  }

  /** Yields the events of a chain that are not chained yet, in the order of their times and ids. */
  async *unchained(chain: string): AsyncGenerator<AuditRecord> {
    for (let place: Place | undefined; ;) {
      const rows = await this.database.read((manager) =>
        rowsOf(unchainedPage(queryOf(manager, chain), 'asc', place), BATCH_SIZE),
      );
      for (const row of rows) yield auditRecord(row);
      const event = rows.at(-1);
      if (!event || rows.length < BATCH_SIZE) return;
      place = { event };
    }
  }

  /** Counts the events of a chain that are not chained yet. */
  countUnchained(chain: string): Promise<number> {
    return this.database.read((manager) => manager.countBy(AuditEvent, { tenantId: chain, sequence: IsNull() }));
  }

  /** Returns the head of a chain, undefined if it has no chained events. */
  async head(chain: string): Promise<ChainHead | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(AuditChain, { tenantId: chain }));
    return row ? { sequence: row.sequence, hash: row.hash } : undefined;
  }

  /** Returns every chain that has events or a head. */
  async chains(): Promise<string[]> {
    return this.database.read(async (manager) => {
      const heads = await manager.find(AuditChain);
      const rows = await manager
        .createQueryBuilder(AuditEvent, 'row')
        .select('row.tenantId', 'tenantId')
        .distinct()
        .getRawMany<{ tenantId: string }>();
      return [...new Set([...heads, ...rows].map(({ tenantId }) => tenantId))].toSorted();
    });
  }
}

/** Selects the chained events after a place; undefined if there are none because the place is after them. */
function chainedPage(query: Query, order: 'asc' | 'desc', place?: Place): Query | undefined {
  query.andWhere('row.sequence IS NOT NULL').orderBy('row.sequence', order === 'asc' ? 'ASC' : 'DESC');
  if (place === undefined) return query;
  if ('event' in place) return order === 'asc' ? undefined : query;
  return query.andWhere(`row.sequence ${order === 'asc' ? '>' : '<'} :after`, { after: place.sequence });
}

/** Selects the events after a place that are not chained yet; undefined if there are none because the place is after them. */
function unchainedPage(query: Query, order: 'asc' | 'desc', place?: Place): Query | undefined {
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  query.andWhere('row.sequence IS NULL').orderBy('row.createdAt', direction).addOrderBy('row.id', direction);
  if (place === undefined) return query;
  if ('sequence' in place) return order === 'asc' ? query : undefined;
  const { createdAt: time, id } = place.event;
  const isAfter = order === 'asc' ? '>' : '<';
  const condition = `(row.createdAt ${isAfter} :time OR (row.createdAt = :time AND row.id ${isAfter} :id))`;
  return query.andWhere(condition, { time, id });
}

async function rowsOf<T extends AuditEvent = AuditEvent>(page: Query | undefined, limit: number): Promise<T[]> {
  return ((await page?.limit(limit).getMany()) ?? []) as T[];
}

function queryOf(manager: EntityManager, chain: string, filter: AuditFilter = {}): Query {
  const { type, target_id: targetId, actor, since, until } = filter;
  const query = manager.createQueryBuilder(AuditEvent, 'row').where('row.tenantId = :chain', { chain });
  if (type?.endsWith('.*')) query.andWhere({ type: Like(`${type.slice(0, -1)}%`) });
  else if (type) query.andWhere({ type });
  if (targetId) query.andWhere({ targetId });
  if (actor) query.andWhere({ actorDigest: digest(actor) });
  if (since) query.andWhere('row.createdAt >= :since', { since });
  if (until) query.andWhere('row.createdAt < :until', { until });
  return query;
}

function cursorOf(row: AuditEvent): string {
  return Buffer.from(`audit ${isChained(row) ? row.sequence : row.id}`).toString('base64url');
}

/** Returns the place of a cursor. The event may have been chained since. @throws {InvalidRequestError} the cursor is not one of this list */
async function placeOf(manager: EntityManager, chain: string, cursor: string): Promise<Place> {
  const [, sequence, id] =
    /^audit (?:(\d{1,10})|(evt-\w{1,36}))$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (sequence !== undefined) return { sequence: Number(sequence) };
  const event = id === undefined ? null : await manager.findOneBy(AuditEvent, { id, tenantId: chain });
  if (!event) throw InvalidRequestError.at('/cursor', 'this is not a cursor of this list');
  return isChained(event) ? event : { event };
}
