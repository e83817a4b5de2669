import { Injectable } from '@nestjs/common';
import { Like, type EntityManager } from 'typeorm';
import { Clock, digest, InvalidRequestError, newId, type Caller, type Page } from '../common/index.js';
import { Database } from '../database/index.js';
import { AuditChain, AuditEvent, chained } from './audit-event.entity.js';
import { BEGINNING, DEPLOYMENT, hashOf, type ChainedEvent, type ChainHead } from './chain.js';

/** Who did it: a key, an end user in their browser, or Countersign by itself. */
export type Actor = Caller | { user: string; address: string; requestId: string } | 'system';

/** What happened. `details` never holds a secret: names of fields, not their values. */
export interface AuditEntry {
  tenantId: string | null;
  type: AuditType;
  actor: Actor;
  targetId: string;
  details?: Record<string, unknown>;
}

export type AuditType =
  | `tenant.${'created' | 'updated' | 'deleted'}`
  | `key.${'created' | 'rotated' | 'revoked'}`
  | `console_session.${'started' | 'ended'}`
  | `gpt.${'created' | 'updated' | 'deleted'}`
  | `action.${'created' | 'updated' | 'deleted'}`
  | 'action.auth_changed'
  | `sign_in.${'created' | 'started' | 'verified' | 'connected' | 'denied' | 'failed'}`
  | 'connections.revoked'
  | 'connected_accounts.link_created'
  | `vault.${'rotation_started' | 'rotation_completed' | 'data_key_retired'}`
  | 'audit.exported'
  | `connection.${'revocation_failed' | 'created' | 'renewed' | 'revoked' | 'reconnect_required'}`;

/** Which events of a chain. */
export interface AuditFilter {
  /** `key.created`, or `key.*` for all of them. */
  type?: string;
  target_id?: string;
  /** A key's id, or an end user. */
  actor?: string;
  since?: Date;
  until?: Date;
}

export interface AuditPage {
  limit: number;
  cursor?: string;
  order: 'asc' | 'desc';
}

/** How many events an export reads at once. */
const BATCH = 500;

@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes the event at the end of its chain, in the transaction of the change it tells of, so that there is never one without the other.
   * Whoever else writes to that chain waits for the transaction: it should be the last thing that it does.
   */
  async record(manager: EntityManager, { tenantId, type, actor, targetId, details = {} }: AuditEntry): Promise<void> {
    const chain = tenantId ?? DEPLOYMENT;
    const head = await lockedHead(manager, chain);
    const createdAt = this.clock.now();
    const row = {
      id: newId('evt'),
      tenantId,
      type,
      actor: describe(actor),
      actorDigest: actorDigest(actor),
      targetId,
      // As the database gives it back.
      details: JSON.parse(JSON.stringify(details)) as Record<string, unknown>,
      createdAt,
      chain,
      sequence: (head?.sequence ?? 0) + 1,
      previousHash: head?.hash ?? BEGINNING,
      hash: '',
    };
    const { sequence } = row;
    const hash = hashOf(chained(row));
    await manager.insert(AuditEvent, { ...row, hash } as object);
    if (head) await manager.update(AuditChain, { chain }, { sequence, hash });
    else await manager.insert(AuditChain, { chain, sequence, hash });
  }

  /** @param tenantId `null` for the deployment's own events */
  list(tenantId: string | null, filter: AuditFilter, { limit, cursor, order }: AuditPage): Promise<Page<ChainedEvent>> {
    const behind = cursor === undefined ? undefined : sequenceOf(cursor);
    return this.database.read(async (manager) => {
      const query = this.query(manager, tenantId ?? DEPLOYMENT, filter).orderBy(
        'row.sequence',
        order === 'asc' ? 'ASC' : 'DESC',
      );
      if (behind !== undefined) query.andWhere(`row.sequence ${order === 'asc' ? '>' : '<'} :behind`, { behind });
      const rows = await query.limit(limit + 1).getMany();
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last ? cursorOf(last) : null;
      return { data: shown.map(chained), next_cursor: next };
    });
  }

  /** The events of a chain, oldest first, a few at a time. @param after the sequence that they begin behind */
  async *events(chain: string, after = 0, filter: AuditFilter = {}): AsyncGenerator<ChainedEvent> {
    for (let behind = after; ;) {
      const rows = await this.database.read((manager) =>
        this.query(manager, chain, filter)
          .andWhere('row.sequence > :behind', { behind })
          .orderBy('row.sequence')
          .limit(BATCH)
          .getMany(),
      );
      for (const row of rows) yield chained(row);
      const last = rows.at(-1);
      if (!last || rows.length < BATCH) return;
      behind = last.sequence;
    }
  }

  /** Where a chain ends; nothing where it has no event. */
  async head(chain: string): Promise<ChainHead | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(AuditChain, { chain }));
    return row ? { sequence: row.sequence, hash: row.hash } : undefined;
  }

  /** All chains that have events, or should. */
  async chains(): Promise<string[]> {
    return this.database.read(async (manager) => {
      const heads = await manager.find(AuditChain);
      const rows = await manager
        .createQueryBuilder(AuditEvent, 'row')
        .select('row.chain', 'chain')
        .distinct()
        .getRawMany<{ chain: string }>();
      return [...new Set([...heads, ...rows].map(({ chain }) => chain))].toSorted();
    });
  }

  private query(manager: EntityManager, chain: string, filter: AuditFilter) {
    const { type, target_id: targetId, actor, since, until } = filter;
    const query = manager.createQueryBuilder(AuditEvent, 'row').where('row.chain = :chain', { chain });
    if (type?.endsWith('.*')) query.andWhere({ type: Like(`${type.slice(0, -1)}%`) });
    else if (type) query.andWhere({ type });
    if (targetId) query.andWhere({ targetId });
    if (actor) query.andWhere({ actorDigest: digest(actor) });
    if (since) query.andWhere('row.createdAt >= :since', { since });
    if (until) query.andWhere('row.createdAt < :until', { until });
    return query;
  }
}

/** The end of a chain, for this transaction alone. SQLite has one writing transaction at a time. */
async function lockedHead(manager: EntityManager, chain: string): Promise<AuditChain | null> {
  const query = manager.createQueryBuilder(AuditChain, 'row').where({ chain });
  if (manager.connection.options.type !== 'better-sqlite3') query.setLock('pessimistic_write');
  return query.getOne();
}

function cursorOf({ sequence }: AuditEvent): string {
  return Buffer.from(`audit ${sequence}`).toString('base64url');
}

/** @throws {InvalidRequestError} the cursor is not one of ours */
function sequenceOf(cursor: string): number {
  const match = /^audit (\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw InvalidRequestError.at('/cursor', 'this is not a cursor of this list');
  return Number(match[1]);
}

function describe(actor: Actor): Record<string, string> {
  if (actor === 'system') return { kind: 'system' };
  const { address, requestId } = actor;
  const from = { address, request_id: requestId };
  if ('user' in actor) return { kind: 'user', user: actor.user, ...from };
  return { kind: 'key', key_id: actor.keyId, role: actor.role, ...from };
}

function actorDigest(actor: Actor): string | null {
  if (actor === 'system') return null;
  return digest('user' in actor ? actor.user : actor.keyId);
}
