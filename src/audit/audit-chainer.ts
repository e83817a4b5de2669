import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager } from 'typeorm';
import { Logger, RecurringJobs, type RecurringJob } from '../common/index.js';
import { Database, isDuplicate, TenantStore } from '../database/index.js';
import { AuditChain, AuditEvent, chainedEvent, type ChainedRow } from './audit-event.entity.js';
import { GENESIS_HASH, hashOf, type ChainHead } from './chain.js';

/** Interval of the search for events that another process recorded and did not chain, because it ended. */
const SEARCH_MS = 3000;

/** Time from an event to its chaining. Events of this time are chained in one transaction. */
const FIRST_DELAY_MS = 100;

/** Events per transaction. */
const BATCH_SIZE = 200;

/** Another process has chained some of the events. */
class ChainedByOthersError extends Error {}

/**
 * Gives recorded events their positions and hashes. Every process may chain every event: the head of the chain is locked, and a unique key
 * keeps two events from getting the same position.
 */
@Injectable()
export class AuditChainer {
  private readonly job: RecurringJob;
  private delayMs = SEARCH_MS;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('audit chains', SEARCH_MS, () => this.run());
    database.beforeClosing(() => this.chainBeforeClosing());
  }

  /** Chains the events of this process soon. Call it after an event was written; its transaction may still be open. */
  wake(): void {
    this.delayMs = FIRST_DELAY_MS;
    this.job.wakeWithin(FIRST_DELAY_MS);
  }

  /**
   * Chains all committed events.
   *
   * @returns the number of chained events
   */
  async chainAll(): Promise<number> {
    let count = 0;
    const errors: unknown[] = [];
    for (const chain of await this.unfinishedChains()) {
      try {
        count += await this.chain(chain);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} audit chains could not be continued`);
    return count;
  }

  /** Chains the committed events of one chain. @returns the number of chained events */
  async chain(chain: string): Promise<number> {
    for (let total = 0; ;) {
      const count = await this.chainBatch(chain);
      total += count;
      if (count < BATCH_SIZE) return total;
    }
  }

  /** Nothing is lost if this fails: other processes chain what is left. */
  private async chainBeforeClosing(): Promise<void> {
    await this.chainAll().catch((err: unknown) =>
      this.logger.info({ err }, 'audit events are left to be chained by another process'),
    );
  }

  /** Looks again after a while if nothing was found: the transaction of an event may take longer than the first delay. */
  private async run(): Promise<void> {
    this.delayMs = (await this.chainAll()) > 0 ? FIRST_DELAY_MS : this.delayMs * 2;
    this.job.wakeWithin(this.delayMs);
  }

  private async unfinishedChains(): Promise<string[]> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(AuditEvent, 'row')
        .select('row.tenantId', 'chain')
        .where('row.sequence IS NULL')
        .groupBy('row.tenantId')
        .getRawMany<{ chain: string }>(),
    );
    return rows.map(({ chain }) => chain);
  }

  private async chainBatch(chain: string): Promise<number> {
    try {
      return await this.database.write((manager) => appendNext(manager, chain));
    } catch (error) {
      // The next round finds the events that the other process has left.
      if (error instanceof ChainedByOthersError || isDuplicate(error)) return 0;
      throw error;
    }
  }
}

/** Appends the next events to a chain, in the order of their times and ids. @throws {ChainedByOthersError} */
async function appendNext(manager: EntityManager, chain: string): Promise<number> {
  const store = new TenantStore(manager, chain);
  const head = await store.findOneForUpdate(AuditChain, {});
  const unchained = await manager.find(AuditEvent, {
    where: { tenantId: chain, sequence: IsNull() },
    order: { createdAt: 'ASC', id: 'ASC' },
    take: BATCH_SIZE,
  });
  const rows = linked(unchained, head ?? { sequence: 0, hash: GENESIS_HASH });
  const last = rows.at(-1);
  if (!last) return 0;
  if ((await storePositions(manager, rows)) < rows.length) throw new ChainedByOthersError();
  const next = { sequence: last.sequence, hash: last.hash };
  if (!head) await store.insert(AuditChain, [next]);
  else if ((await store.update(AuditChain, { sequence: head.sequence }, next)) === 0) throw new ChainedByOthersError();
  return rows.length;
}

/** Returns the events with their positions and hashes after a head. */
function linked(events: readonly AuditEvent[], head: ChainHead): ChainedRow[] {
  const rows: ChainedRow[] = [];
  let { sequence, hash } = head;
  for (const event of events) {
    const row = { ...event, sequence: ++sequence, previousHash: hash, hash: '' };
    hash = hashOf(chainedEvent(row));
    rows.push({ ...row, hash });
  }
  return rows;
}

/** Writes the positions and hashes of unchained events in one statement. @returns how many were still unchained */
async function storePositions(manager: EntityManager, rows: readonly ChainedRow[]): Promise<number> {
  const parameters = new Map<string, unknown>();
  const valueOf = (property: 'sequence' | 'previousHash' | 'hash') => {
    const cases = rows.map((row, index) => {
      parameters.set(`id${index}`, row.id).set(`${property}${index}`, row[property]);
      return `WHEN :id${index} THEN :${property}${index}`;
    });
    return `CASE id ${cases.join(' ')} END`;
  };
  const [sequence, previousHash, hash] = [valueOf('sequence'), valueOf('previousHash'), valueOf('hash')];
  const { affected } = await manager
    .createQueryBuilder()
    .update(AuditEvent)
    .set({ sequence: () => sequence, previousHash: () => previousHash, hash: () => hash })
    .where({ id: In(rows.map(({ id }) => id)), sequence: IsNull() })
    .setParameters(Object.fromEntries(parameters))
    .execute();
  return affected ?? 0;
}
