import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/index.js';
import { Clock, CountersignError, Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { DataKeys } from '../data-keys.js';
import { DataRotation } from './data-rotation.js';
import { KekRotation } from './kek-rotation.js';
import { OldDataKeys } from './old-data-keys.js';
import { LeaseLostError, RotationLease } from './rotation-lease.js';

/** How often to look for rotations whose process was killed. */
const POLL_INTERVAL_MS = 10_000;

const RETIRE_INTERVAL_MS = 600_000;

/** How long the key of a deleted tenant stays in the memory of a replica without Redis. The documented limit is five seconds. */
const EVICT_INTERVAL_MS = 4000;

const MAX_ERROR_CHARACTERS = 500;

/** Runs rotations, one at a time, until they are complete. Each rotation is run by one process. */
@Injectable()
export class RotationWorker {
  private readonly job: RecurringJob;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly audit: AuditLog,
    private readonly dataRotation: DataRotation,
    private readonly kekRotation: KekRotation,
    old: OldDataKeys,
    keys: DataKeys,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('vault rotations', POLL_INTERVAL_MS, () => this.runAll());
    const retiring = jobs.add('old data keys', RETIRE_INTERVAL_MS, () => old.retire(() => retiring.isStopping));
    jobs.add('keys of deleted tenants', EVICT_INTERVAL_MS, () => keys.evictDeleted());
  }

  /** Starts the rotations that wait, without waiting for them. */
  wake(): void {
    this.job.wake();
  }

  private async runAll(): Promise<void> {
    while (!this.job.isStopping) {
      const lease = await RotationLease.take(this.database, this.clock);
      if (!lease || !(await this.run(lease))) return;
    }
  }

  /** @returns whether to run the next rotation; false if this one was interrupted by an error */
  private async run(lease: RotationLease): Promise<boolean> {
    const { id: rotation, scope, tenantId } = lease.rotation;
    try {
      const kind = scope === 'kek' ? this.kekRotation : this.dataRotation;
      if (lease.rotation.total === null) await lease.update({ total: await kind.count(tenantId) });
      if (await kind.run(lease, () => this.job.isStopping)) await this.complete(lease);
      else await lease.update({ leaseUntil: null });
      return true;
    } catch (err) {
      if (err instanceof LeaseLostError) return true;
      this.logger.error({ err, rotation }, 'the rotation was interrupted and will be resumed');
      const error = err instanceof CountersignError ? err.message : 'internal error; see the log';
      await lease.update({ leaseUntil: null, error: error.slice(0, MAX_ERROR_CHARACTERS) });
      return false;
    }
  }

  private async complete(lease: RotationLease): Promise<void> {
    const { id, scope, tenantId } = lease.rotation;
    await this.database.write(async (manager) => {
      await lease.recordProgress(manager, {
        status: 'completed',
        runningScope: null,
        leaseUntil: null,
        total: () => 'done + failed',
        completedAt: this.clock.now(),
      });
      const details = { scope, tenant_id: tenantId };
      const event = { type: 'vault.rotation_completed', actor: 'system', targetId: id, details } as const;
      await this.audit.record({ manager, tenantId: null }, event);
    });
    this.logger.info({ rotation: id, scope }, 'the rotation is complete');
  }
}
