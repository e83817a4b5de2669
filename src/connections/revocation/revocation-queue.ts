import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, LessThanOrEqual, type EntityManager, type FindOptionsWhere } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { AuditLog } from '../../audit/index.js';
import { Clock } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { closeIfDone } from './store/item-counts.js';
import { RevocationItem, type TokenKind } from './store/revocation-item.entity.js';
import { Revocation } from './store/revocation.entity.js';
import type { AttemptResult } from './attempt-result.js';

/** An item that this process has leased until its `nextAttemptAt`. */
export type TakenItem = RevocationItem & { nextAttemptAt: Date };

/** The items of one tenant at one host. */
export type TenantHost = Pick<RevocationItem, 'tenantId' | 'host'>;

type Unconfirmed = Exclude<AttemptResult, { status: 'confirmed' }>;

/** Time to store the result before the lease expires, in addition to the timeouts of the two requests. */
const STORE_MS = 30_000;

/** The columns that are cleared when an item has ended. */
const CLEARED_COLUMNS = { nextAttemptAt: null, tokens: null, authSecrets: null };

/** The pending revocation items. Replicas share the queue: one takes an item by a compare-and-set of its `nextAttemptAt`. */
@Injectable()
export class RevocationQueue {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Returns the hosts that have due items, with the tenants of the items. */
  dueHosts(): Promise<TenantHost[]> {
    return this.database.read((manager) =>
      manager
        .createQueryBuilder(RevocationItem, 'item')
        .select('item.host', 'host')
        .addSelect('item.tenantId', 'tenantId')
        .distinct()
        .where(this.due({}))
        .getRawMany<TenantHost>(),
    );
  }

  /** Leases up to `limit` due items. */
  async take(where: FindOptionsWhere<RevocationItem>, limit: number): Promise<TakenItem[]> {
    for (;;) {
      const seen = await this.database.read((manager) =>
        manager.find(RevocationItem, { where: this.due(where), order: { nextAttemptAt: 'ASC' }, take: limit }),
      );
      const nextAttemptAt = this.clock.in(2 * this.settings.refresh.tokenTimeoutMs + STORE_MS);
      // If another replica was faster, more items may be due.
      if (await this.lease(seen, nextAttemptAt)) return seen.map((item) => ({ ...item, nextAttemptAt }));
    }
  }

  /** Stores that a token of a leased item needs no further request. */
  async settle(item: TakenItem, settledToken: TokenKind): Promise<void> {
    await this.database.write((manager) => manager.update(RevocationItem, unchanged(item), { settledToken }));
  }

  /** Stores the results of items. Items whose lease has expired may belong to another replica and are not changed. */
  async store(attempts: { item: TakenItem; result: AttemptResult }[]): Promise<void> {
    await this.database.write(async (manager) => {
      const confirmed = attempts.filter(({ result }) => result.status === 'confirmed').map(({ item }) => item);
      const changes = {
        ...CLEARED_COLUMNS,
        status: 'confirmed' as const,
        attempts: () => 'attempts + 1',
        errorCode: null,
      };
      await updateAll(manager, confirmed, changes);
      for (const { item, result } of attempts) {
        if (result.status !== 'confirmed') await this.storeFailure(manager, item, result);
      }
    });
    const ended = attempts.filter(({ result }) => result.status !== 'pending');
    const revocations = new Map(ended.map(({ item }) => [item.revocationId, item.tenantId]));
    for (const [id, tenantId] of revocations) await this.close(tenantId, id);
  }

  /** Deletes revocations that ended before the retention of traces. Closes those first that a crash has left open. */
  async sweep(): Promise<void> {
    const open = await this.database.read((manager) => manager.findBy(Revocation, { endedAt: IsNull() }));
    for (const { tenantId, id } of open) await this.close(tenantId, id);
    const before = this.clock.in(-this.settings.trace.keptMs);
    await this.database.write((manager) => manager.delete(Revocation, { endedAt: LessThan(before) }));
  }

  private due(where: FindOptionsWhere<RevocationItem>): FindOptionsWhere<RevocationItem> {
    return { ...where, status: 'pending', nextAttemptAt: LessThanOrEqual(this.clock.now()) };
  }

  /** Schedules a retry, or gives up with an audit event. */
  private async storeFailure(manager: EntityManager, item: TakenItem, result: Unconfirmed): Promise<void> {
    const { status, code: errorCode } = result;
    const next =
      status === 'pending' ? { nextAttemptAt: this.clock.in(result.afterMs) } : { ...CLEARED_COLUMNS, status };
    const changes = { ...next, attempts: item.attempts + 1, errorCode };
    const { affected } = await manager.update(RevocationItem, unchanged(item), changes);
    if (affected === 0 || status === 'pending') return;
    const { tenantId, connectionId, actionId, revocationId } = item;
    const details = { revocation_id: revocationId, action_id: actionId, code: errorCode };
    const event = { type: 'connection.revocation_failed', actor: 'system', targetId: connectionId } as const;
    await this.audit.record({ manager, tenantId }, { ...event, details });
  }

  /** Leases all items or none. The affected row count would not tell which of them were leased. */
  private async lease(seen: RevocationItem[], nextAttemptAt: Date): Promise<boolean> {
    if (seen.length === 0) return true;
    try {
      await this.database.write(async (manager) => {
        if ((await updateAll(manager, seen, { nextAttemptAt })) < seen.length) throw new TakenByOthersError();
      });
      return true;
    } catch (error) {
      if (error instanceof TakenByOthersError) return false;
      throw error;
    }
  }

  /** Ends a revocation that has no pending items. The caller must have committed its last item. */
  private async close(tenantId: string, id: string): Promise<void> {
    await this.database.tenant(tenantId).write((store) => closeIfDone(store, id, this.clock.now()));
  }
}

/** Another replica has leased some of the items. */
class TakenByOthersError extends Error {}

/** Updates unchanged items in one statement. @returns the number of updated items */
async function updateAll(
  manager: EntityManager,
  items: RevocationItem[],
  changes: QueryDeepPartialEntity<RevocationItem>,
): Promise<number> {
  if (items.length === 0) return 0;
  const query = manager.createQueryBuilder().update(RevocationItem).set(changes).where(items.map(unchanged));
  return (await query.execute()).affected ?? 0;
}

/** Selects an item's row, provided no other replica has leased it. */
function unchanged({
  tenantId,
  connectionId,
  version,
  nextAttemptAt,
}: RevocationItem): FindOptionsWhere<RevocationItem> {
  return { tenantId, connectionId, version, status: 'pending', nextAttemptAt: nextAttemptAt ?? IsNull() };
}
