import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { Clock, Logger, randomText, RecurringJobs } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Bulk, Database, type TenantStore } from '../database/index.js';
import type { TraceLog, TraceStep } from './trace-log.js';
import { Trace } from './trace.entity.js';

/** How many rows one subject's trace shows, the newest: a connection that is renewed hourly has more in a week. */
const SHOWN = 200;

/** How many a sign-in may have: whoever has the link can open it again and again. */
const MOST = 60;

const SWEEP_MS = 3_600_000;

/** Keeps what happened in sign-ins and refreshes, for as long as the setting says. */
@Injectable()
export class Traces {
  private made = 0;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    jobs.add('old traces', SWEEP_MS, () => this.sweep());
  }

  /** Stores steps in the transaction of what they led to. */
  async write(store: TenantStore, subjectId: string, { steps }: TraceLog): Promise<void> {
    if (steps.length === 0) return;
    await store.insert(Trace, [this.rowOf(subjectId, steps, this.clock.now())]);
  }

  /** The same for many subjects, by one statement. */
  async writeAll(
    manager: EntityManager,
    entries: { tenantId: string; subjectId: string; log: TraceLog }[],
  ): Promise<void> {
    const createdAt = this.clock.now();
    const rows = entries.map(({ tenantId, subjectId, log: { steps } }) => ({
      tenantId,
      ...this.rowOf(subjectId, steps, createdAt),
    }));
    await new Bulk(manager, Trace).insert(rows);
  }

  /** How many times something was stored of a subject. */
  async count(tenantId: string, subjectId: string): Promise<number> {
    return this.database.read((manager) => manager.countBy(Trace, { tenantId, subjectId }));
  }

  /** Stores steps that led to no change. One that cannot be stored is no reason to stop anybody's sign-in. */
  async note(tenantId: string, subjectId: string, log: TraceLog): Promise<void> {
    try {
      if ((await this.count(tenantId, subjectId)) >= MOST) return;
      await this.database.tenant(tenantId).write((store) => this.write(store, subjectId, log));
    } catch (err) {
      this.logger.error({ err, subject_id: subjectId }, 'steps of a trace could not be stored');
    }
  }

  /** The steps of a sign-in, or of a connection's refreshes, oldest first. */
  async of(tenantId: string, subjectId: string): Promise<TraceStep[]> {
    const rows = await this.database.read((manager) =>
      manager.find(Trace, { where: { tenantId, subjectId }, order: { createdAt: 'DESC', id: 'DESC' }, take: SHOWN }),
    );
    return rows
      .toReversed()
      .flatMap(({ steps }) => steps)
      .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  }

  /** What is wrong with each of these subjects, where something is: the code of the last diagnosis. */
  async diagnosisCodes(store: TenantStore, subjectIds: string[]): Promise<Map<string, string>> {
    if (subjectIds.length === 0) return new Map();
    const where = { subjectId: In(subjectIds), diagnosisCode: Not(IsNull()) };
    const rows = await store.find(Trace, where, {
      select: { subjectId: true, diagnosisCode: true },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return new Map(rows.map(({ subjectId, diagnosisCode }) => [subjectId, diagnosisCode as string]));
  }

  /** Deletes what is older than the setting says. */
  async sweep(): Promise<void> {
    const before = this.clock.in(-this.settings.trace.keptMs);
    await this.database.write((manager) => manager.delete(Trace, { createdAt: LessThan(before) }));
  }

  private rowOf(subjectId: string, steps: TraceStep[], createdAt: Date): Omit<Trace, 'tenantId'> {
    const diagnosisCode = steps.findLast(({ diagnosis }) => diagnosis)?.diagnosis?.code ?? null;
    return { id: this.nextId(), subjectId, steps, diagnosisCode, createdAt };
  }

  /** In the order of their making, also within a millisecond. */
  private nextId(): string {
    return `trc-${(this.made++).toString(36).padStart(8, '0')}${randomText(18)}`;
  }
}
