import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, LessThanOrEqual, type EntityManager, type FindOptionsWhere } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { AuditLog } from '../../audit/index.js';
import { Clock } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { hasPending } from './item-counts.js';
import { RevocationItem } from './revocation-item.entity.js';
import { Revocation } from './revocation.entity.js';
import type { Verdict } from './verdict.js';

/** An item that this process has taken, until its `nextAt`. */
export type TakenItem = RevocationItem & { nextAt: Date };

type Obstructed = Exclude<Verdict, { status: 'confirmed' }>;

/** Beyond the timeouts of an item's two requests, for storing what came of them. */
const STORE_MS = 30_000;

/** Nothing of the tokens stays when an item has ended. */
const WIPED = { nextAt: null, tokens: null, secrets: null };

/** The items whose providers are still to be told. Replicas share them: who takes one moves its `nextAt` from what both have seen. */
@Injectable()
export class RevocationQueue {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The hosts for which something is due. */
  async dueHosts(): Promise<string[]> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(RevocationItem, 'item')
        .select('DISTINCT item.host', 'host')
        .where(this.due({}))
        .getRawMany<{ host: string }>(),
    );
    return rows.map(({ host }) => host);
  }

  /** Takes up to `limit` of what is due. @returns none where none is left */
  async take(where: FindOptionsWhere<RevocationItem>, limit: number): Promise<TakenItem[]> {
    for (;;) {
      const seen = await this.database.read((manager) =>
        manager.find(RevocationItem, { where: this.due(where), order: { nextAt: 'ASC' }, take: limit }),
      );
      const nextAt = this.clock.in(2 * this.settings.refresh.tokenTimeoutMs + STORE_MS);
      // Where another replica was faster, there may be more behind.
      if (await this.lease(seen, nextAt)) return seen.map((item) => ({ ...item, nextAt }));
    }
  }

  /** Stores what came of items. What was told for longer than it was taken for is another's meanwhile, and left to them. */
  async store(told: { item: TakenItem; verdict: Verdict }[]): Promise<void> {
    await this.database.write(async (manager) => {
      const confirmed = told.filter(({ verdict }) => verdict.status === 'confirmed').map(({ item }) => item);
      const changes = { ...WIPED, status: 'confirmed' as const, attempts: () => 'attempts + 1', errorCode: null };
      await updateAll(manager, confirmed, changes);
      for (const { item, verdict } of told) {
        if (verdict.status !== 'confirmed') await this.storeObstacle(manager, item, verdict);
      }
    });
    const ended = told.filter(({ verdict }) => verdict.status !== 'pending');
    const revocations = new Map(ended.map(({ item }) => [item.revocationId, item.tenantId]));
    for (const [id, tenantId] of revocations) await this.close(tenantId, id);
  }

  /** Deletes what has ended longer ago than traces are kept. Those that a crash has kept from being closed are closed first. */
  async sweep(): Promise<void> {
    const open = await this.database.read((manager) => manager.findBy(Revocation, { endedAt: IsNull() }));
    for (const { tenantId, id } of open) await this.close(tenantId, id);
    const before = this.clock.in(-this.settings.trace.keptMs);
    await this.database.write((manager) => manager.delete(Revocation, { endedAt: LessThan(before) }));
  }

  private due(where: FindOptionsWhere<RevocationItem>): FindOptionsWhere<RevocationItem> {
    return { ...where, status: 'pending', nextAt: LessThanOrEqual(this.clock.now()) };
  }

  /** What is not confirmed is to be told again, or given up, which somebody has to learn of. */
  private async storeObstacle(manager: EntityManager, item: TakenItem, verdict: Obstructed): Promise<void> {
    const { status, code: errorCode } = verdict;
    const next = status === 'pending' ? { nextAt: this.clock.in(verdict.afterMs) } : { ...WIPED, status };
    const changes = { ...next, attempts: item.attempts + 1, errorCode };
    const { affected } = await manager.update(RevocationItem, asSeen(item), changes);
    if (affected === 0 || status === 'pending') return;
    const { tenantId, connectionId, actionId, revocationId } = item;
    const details = { revocation_id: revocationId, action_id: actionId, code: errorCode };
    const event = { tenantId, type: 'connection.revocation_failed', actor: 'system', targetId: connectionId } as const;
    await this.audit.record(manager, { ...event, details });
  }

  /** All of them or none: of some nobody could tell which. */
  private async lease(seen: RevocationItem[], nextAt: Date): Promise<boolean> {
    if (seen.length === 0) return true;
    try {
      await this.database.write(async (manager) => {
        if ((await updateAll(manager, seen, { nextAt })) < seen.length) throw new TakenByOthersError();
      });
      return true;
    } catch (error) {
      if (error instanceof TakenByOthersError) return false;
      throw error;
    }
  }

  /** Whoever ends the last item has committed that before they look. */
  private async close(tenantId: string, id: string): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    if (await tenant.read((store) => hasPending(store, id))) return;
    const endedAt = this.clock.now();
    await tenant.write((store) => store.update(Revocation, { id }, { endedAt }));
  }
}

/** Another replica has some of them. */
class TakenByOthersError extends Error {}

/** In one statement: there may be thousands of items in all. @returns how many were as they had been seen */
async function updateAll(
  manager: EntityManager,
  items: RevocationItem[],
  changes: QueryDeepPartialEntity<RevocationItem>,
): Promise<number> {
  if (items.length === 0) return 0;
  const query = manager.createQueryBuilder().update(RevocationItem).set(changes).where(items.map(asSeen));
  return (await query.execute()).affected ?? 0;
}

/** Its row, as long as nobody else has taken it. */
function asSeen({ tenantId, connectionId, version, nextAt }: RevocationItem): FindOptionsWhere<RevocationItem> {
  return { tenantId, connectionId, version, status: 'pending', nextAt: nextAt ?? IsNull() };
}
