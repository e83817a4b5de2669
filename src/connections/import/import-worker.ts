import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import { Clock, Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { UnsealError, Vault } from '../../vault/index.js';
import { ConnectionImportLine, lineContext } from './connection-import-line.entity.js';
import { MAX_FAILURES, type ConnectionImport, type LineFailure } from './connection-import.entity.js';
import { ConnectionImporter, keyOf, type ImportResult } from './connection-importer.js';
import type { CreateConnectionDto } from './create-connection.dto.js';
import { ImportLeaseLostError, ImportQueue, type DueImport } from './import-queue.js';
import { failureOf } from './line-failure.js';

/** How often to look for imports whose process was killed. */
const POLL_INTERVAL_MS = 10_000;

const SWEEP_INTERVAL_MS = 3_600_000;

/** Lines of one transaction. On SQLite, it blocks all other writes. */
const BATCH_SIZE = 25;

/** A line whose tokens can be stored. */
interface ReadLine {
  line: number;
  tokens: CreateConnectionDto;
}

/** Processes the lines of imports in batches. Tenants take turns, and one import of a tenant runs at a time. */
@Injectable()
export class ImportWorker {
  private readonly job: RecurringJob;

  constructor(
    private readonly queue: ImportQueue,
    private readonly importer: ConnectionImporter,
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly logger: Logger,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('connection imports', POLL_INTERVAL_MS, () => this.runAll());
    jobs.add('old connection imports', SWEEP_INTERVAL_MS, () => queue.sweep());
  }

  /** Starts the imports that wait, without waiting for them. */
  wake(): void {
    this.job.wake();
  }

  /** Processes batches until no import is left that this process can work on. */
  private async runAll(): Promise<void> {
    const failed = new Set<string>();
    for (;;) {
      const due = (await this.queue.due()).filter(({ id }) => !failed.has(id));
      if (due.length === 0) return;
      for (const row of due) {
        if (this.job.isStopping) return;
        if (!(await this.runBatch(row))) failed.add(row.id);
        await nextTurn();
      }
    }
  }

  /** @returns `false` if an error interrupted the import, which the next run repeats */
  private async runBatch(row: DueImport): Promise<boolean> {
    const taken = await this.queue.take(row);
    if (!taken) return true;
    try {
      const lines = await this.queue.lines(taken, BATCH_SIZE);
      if (lines.length === 0) await this.complete(taken);
      else await this.process(taken, lines);
      return true;
    } catch (err) {
      if (err instanceof ImportLeaseLostError) return true;
      this.logger.error({ err, import: taken.id }, 'the import was interrupted and will be resumed');
      return false;
    }
  }

  private async process(taken: ConnectionImport, lines: ConnectionImportLine[]): Promise<void> {
    const unsealed = await Promise.all(lines.map((row) => this.unseal(row)));
    const count = distinctPrefix(unsealed);
    const batch = unsealed.slice(0, count);
    const readable = batch.filter((each) => 'tokens' in each);
    const unreadable = batch.filter((each) => 'code' in each);
    const ids = lines.slice(0, count).map(({ id }) => id);
    await this.importer.store(
      taken.tenantId,
      readable.map(({ tokens }) => tokens),
      async (store, results) => {
        await store.delete(ConnectionImportLine, { id: In(ids) });
        const failures = results.flatMap((result, index) => failureOf(readable[index]?.line ?? 0, result) ?? []);
        await this.queue.release(store, taken, progressOf(taken, results, [...unreadable, ...failures]));
      },
    );
  }

  private async unseal(row: ConnectionImportLine): Promise<ReadLine | LineFailure> {
    const { line, data } = row;
    try {
      return { line, tokens: await this.vault.unsealJson<CreateConnectionDto>(lineContext(row), data ?? '') };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      return { line, code: 'seal_broken' };
    }
  }

  private complete(taken: ConnectionImport): Promise<void> {
    return this.database.tenant(taken.tenantId).write(async (store) => {
      await this.queue.release(store, taken, {
        status: 'completed',
        // Lines that were deleted with their actions count as failed.
        failed: () => 'total - created - skipped',
        completedAt: this.clock.now(),
      });
      await this.recordCompletion(store, taken);
    });
  }

  private async recordCompletion(store: TenantStore, { id, total, created, replaced, skipped }: ConnectionImport) {
    const details = { total, created, replaced, skipped, failed: total - created - skipped };
    const event = { type: 'connections.import_completed', actor: 'system', targetId: id } as const;
    await this.audit.record(store, { ...event, details });
  }
}

/** Returns how many lines come before one whose user and action occur a second time: a batch has each connection once. */
function distinctPrefix(lines: readonly (ReadLine | LineFailure)[]): number {
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (!('tokens' in line)) continue;
    const key = keyOf(line.tokens);
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return lines.length;
}

/** Returns the counters after a batch. Only the holder of the lease changes them. */
function progressOf(before: ConnectionImport, results: readonly ImportResult[], failures: readonly LineFailure[]) {
  const count = (status: ImportResult['status']) => results.filter((result) => result.status === status).length;
  return {
    created: before.created + count('created') + count('replaced'),
    replaced: before.replaced + count('replaced'),
    skipped: before.skipped + count('skipped'),
    failed: before.failed + failures.length,
    failures: [...before.failures, ...failures].slice(0, MAX_FAILURES),
  };
}
