import { Injectable } from '@nestjs/common';
import { Like, type EntityManager } from 'typeorm';
import { Clock, digest, InvalidRequestError, newId, type Caller, type Page } from '../common/index.js';
import { Database, TenantStore } from '../database/index.js';
import { AuditChain, AuditEvent, chainedEvent } from './audit-event.entity.js';
import { DEPLOYMENT, GENESIS_HASH, hashOf, type ChainedEvent, type ChainHead } from './chain.js';

/** The caller with an API key, an end user in a browser, or Countersign itself. */
export type Actor = Caller | { user: string; address: string; requestId: string } | 'system';

/** An event to record. `details` never contains a secret: it has the names of fields, not their values. */
export interface AuditEntry {
  type: AuditType;
  actor: Actor;
  targetId: string;
  details?: Record<string, unknown>;
}

/** The transaction that an event is recorded in, and the tenant it is recorded for. Without a tenant it concerns the deployment. */
export type AuditTransaction = TenantStore | { manager: EntityManager; tenantId: string | null };

export type AuditType =
  | `tenant.${'created' | 'updated' | 'deleted'}`
  | `key.${'created' | 'rotated' | 'revoked'}`
  | `console_session.${'started' | 'ended'}`
  | `gpt.${'created' | 'updated' | 'deleted'}`
  | `action.${'created' | 'updated' | 'deleted'}`
  | 'action.auth_changed'
  | `sign_in.${'created' | 'started' | 'verified' | 'connected' | 'denied' | 'failed'}`
  | `connections.${'revoked' | 'import_started' | 'import_completed'}`
  | 'connected_accounts.link_created'
  | `vault.${'rotation_started' | 'rotation_completed' | 'data_key_retired'}`
  | 'audit.exported'
  | `connection.${'revocation_failed' | 'created' | 'renewed' | 'revoked' | 'reconnect_required'}`;

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

/** Events that an export reads at once. */
const BATCH_SIZE = 500;

/** The audit log: one hash chain per tenant, and one for the deployment. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Appends an event to its chain, in the transaction of the change that it describes: neither is stored without the other. The head of the
   * chain stays locked until the transaction ends, so call this last.
   */
  async record(transaction: AuditTransaction, { type, actor, targetId, details = {} }: AuditEntry): Promise<void> {
    const store = storeOf(transaction);
    const { tenantId } = store;
    const head = await store.findOneForUpdate(AuditChain, { tenantId });
    const row = {
      id: newId('evt'),
      tenantId,
      type,
      actor: describe(actor),
      actorDigest: actorDigest(actor),
      targetId,
      // Exactly what the database will return, which is what the hash covers.
      details: JSON.parse(JSON.stringify(details)) as Record<string, unknown>,
      createdAt: this.clock.now(),
      sequence: (head?.sequence ?? 0) + 1,
      previousHash: head?.hash ?? GENESIS_HASH,
      hash: '',
    };
    const next = { sequence: row.sequence, hash: hashOf(chainedEvent(row)) };
    await store.insert(AuditEvent, [{ ...row, hash: next.hash }]);
    if (head) await store.update(AuditChain, {}, next);
    else await store.insert(AuditChain, [next]);
  }

  /** @param tenantId `null` for the events of the deployment */
  list(tenantId: string | null, filter: AuditFilter, { limit, cursor, order }: AuditPage): Promise<Page<ChainedEvent>> {
    const after = cursor === undefined ? undefined : sequenceOf(cursor);
    return this.database.read(async (manager) => {
      const query = this.query(manager, tenantId ?? DEPLOYMENT, filter).orderBy(
        'row.sequence',
        order === 'asc' ? 'ASC' : 'DESC',
      );
      if (after !== undefined) query.andWhere(`row.sequence ${order === 'asc' ? '>' : '<'} :after`, { after });
      const rows = await query.limit(limit + 1).getMany();
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      const next = rows.length > limit && last ? cursorOf(last) : null;
      return { data: data.map(chainedEvent), next_cursor: next };
    });
  }

  /** Yields the events of a chain, oldest first, reading a batch at a time. @param after the sequence before the first event */
  async *events(chain: string, after = 0, filter: AuditFilter = {}): AsyncGenerator<ChainedEvent> {
    for (let position = after; ;) {
      const rows = await this.database.read((manager) =>
        this.query(manager, chain, filter)
          .andWhere('row.sequence > :position', { position })
          .orderBy('row.sequence')
          .limit(BATCH_SIZE)
          .getMany(),
      );
      for (const row of rows) yield chainedEvent(row);
      const last = rows.at(-1);
      if (!last || rows.length < BATCH_SIZE) return;
      position = last.sequence;
    }
  }

  /** Returns the head of a chain, undefined if it has no events. */
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

  private query(manager: EntityManager, chain: string, filter: AuditFilter) {
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
}

function storeOf(transaction: AuditTransaction): TenantStore {
  if (transaction instanceof TenantStore) return transaction;
  return new TenantStore(transaction.manager, transaction.tenantId ?? DEPLOYMENT);
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
