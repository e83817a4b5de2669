import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { Clock, Logger, randomText, RecurringJobs } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Bulk, Database, LONG, type TenantStore } from '../database/index.js';
import type { TraceLog, TraceStep } from './trace-log.js';
import { Trace } from './trace.entity.js';

/** Maximum number of rows in a trace; older ones are left out. A connection that is refreshed hourly has more in ten days. */
const MAX_RETURNED_ROWS = 200;

/** Maximum number of rows that {@link Traces.note} stores for a subject, because a sign-in link can be opened any number of times. */
const MAX_NOTED_ROWS = 60;

const SWEEP_MS = 3_600_000;

/** Stores the steps of sign-ins and refreshes for the configured retention. */
@Injectable()
export class Traces {
  private idCounter = 0;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    jobs.add('old traces', SWEEP_MS, () => this.sweep());
  }

  /** Stores steps within the transaction of the change that they led to. */
  async write(store: TenantStore, subjectId: string, { steps }: TraceLog): Promise<void> {
    if (steps.length === 0) return;
    await store.insert(Trace, [this.rowOf(subjectId, steps, this.clock.now())]);
  }

  /** Stores the steps of many subjects with one statement. */
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

  /** Counts the rows of a subject. */
  async count(tenantId: string, subjectId: string): Promise<number> {
    return this.database.read((manager) => manager.countBy(Trace, { tenantId, subjectId }));
  }

  /** Stores steps that led to no change. A failure is logged and does not interrupt the sign-in. */
  async note(tenantId: string, subjectId: string, log: TraceLog): Promise<void> {
    try {
      if ((await this.count(tenantId, subjectId)) >= MAX_NOTED_ROWS) return;
      await this.database.tenant(tenantId).write((store) => this.write(store, subjectId, log));
    } catch (err) {
      this.logger.error({ err, subject_id: subjectId }, 'trace steps could not be stored');
    }
  }

  /** Returns the steps of a sign-in or of a connection's refreshes, oldest first. */
  async of(tenantId: string, subjectId: string): Promise<TraceStep[]> {
    const rows = await this.database.read((manager) =>
      manager.find(Trace, {
        where: { tenantId, subjectId },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: MAX_RETURNED_ROWS,
      }),
    );
    return rows
      .toReversed()
      .flatMap(({ steps }) => steps)
      .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  }

  /** Returns the code of the last diagnosis of each subject that has one. */
  async diagnosisCodes(store: TenantStore, subjectIds: string[]): Promise<Map<string, string>> {
    if (subjectIds.length === 0) return new Map();
    const where = { subjectId: In(subjectIds), diagnosisCode: Not(IsNull()) };
    const rows = await store.find(Trace, where, {
      select: { subjectId: true, diagnosisCode: true },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return new Map(rows.map(({ subjectId, diagnosisCode }) => [subjectId, diagnosisCode as string]));
  }

  /** Deletes rows that are older than the retention. */
  async sweep(): Promise<void> {
    const cutoff = this.clock.in(-this.settings.trace.keptMs);
    await this.database.write((manager) => manager.delete(Trace, { createdAt: LessThan(cutoff) }), LONG);
  }

  private rowOf(subjectId: string, steps: TraceStep[], createdAt: Date): Omit<Trace, 'tenantId'> {
    const diagnosisCode = steps.findLast(({ diagnosis }) => diagnosis)?.diagnosis?.code ?? null;
    return { id: this.nextId(), subjectId, steps, diagnosisCode, createdAt };
  }

  /** Returns an id that sorts in the order of creation, also within a millisecond. */
  private nextId(): string {
    return `trc-${(this.idCounter++).toString(36).padStart(8, '0')}${randomText(18)}`;
  }
}
