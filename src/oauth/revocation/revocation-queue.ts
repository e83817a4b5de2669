import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, LessThanOrEqual, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import { Clock } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { RevocationItem } from './revocation-item.entity.js';
import { Revocation } from './revocation.entity.js';
import { closeIfTold } from './revoker.js';
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
      const until = this.clock.in(2 * this.settings.refresh.tokenTimeoutMs + STORE_MS);
      const taken = seen.length === 0 ? [] : await this.database.write((manager) => lease(manager, seen, until));
      // Where another replica was faster with all of them, there may be more behind.
      if (taken.length > 0 || seen.length === 0) return taken;
    }
  }

  /** Stores what came of items. What was told for longer than it was taken for is another's meanwhile, and left to them. */
  async store(told: { item: TakenItem; verdict: Verdict }[]): Promise<void> {
    await this.database.write(async (manager) => {
      await confirm(
        manager,
        told.filter(({ verdict }) => verdict.status === 'confirmed').map(({ item }) => item),
      );
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

  private async close(tenantId: string, id: string): Promise<void> {
    await this.database.tenant(tenantId).write((store) => closeIfTold(store, id, this.clock.now()));
  }
}

async function lease(manager: EntityManager, seen: RevocationItem[], nextAt: Date): Promise<TakenItem[]> {
  const taken: TakenItem[] = [];
  for (const item of seen) {
    const { affected } = await manager.update(RevocationItem, asSeen(item), { nextAt });
    if (affected === 1) taken.push({ ...item, nextAt });
  }
  return taken;
}

/** In one statement: there may be thousands. */
async function confirm(manager: EntityManager, items: TakenItem[]): Promise<void> {
  if (items.length === 0) return;
  await manager
    .createQueryBuilder()
    .update(RevocationItem)
    .set({ ...WIPED, status: 'confirmed', attempts: () => 'attempts + 1', errorCode: null })
    .where(items.map(asSeen))
    .execute();
}

/** Its row, as long as nobody else has taken it. */
function asSeen({ tenantId, connectionId, version, nextAt }: RevocationItem): FindOptionsWhere<RevocationItem> {
  return { tenantId, connectionId, version, status: 'pending', nextAt: nextAt ?? IsNull() };
}
