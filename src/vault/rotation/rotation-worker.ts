import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/index.js';
import { Clock, CountersignError, Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { DataKeys } from '../data-keys.js';
import { DataRotation } from './data-rotation.js';
import { KekRotation } from './kek-rotation.js';
import { Lease, LeaseLostError } from './lease.js';
import { OldDataKeys } from './old-data-keys.js';

/** How soon a rotation goes on whose process was killed, after its lease. */
const LOOK_MS = 10_000;

const RETIRE_MS = 600_000;

/** How long a deleted tenant's key stays in the memory of a replica that has not heard of it; the contract says five seconds. */
const FORGET_MS = 4000;

/** Works at rotations, one at a time, until they are done. Of several processes each rotation has one. */
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
    this.job = jobs.add('vault rotations', LOOK_MS, () => this.work());
    const retiring = jobs.add('old data keys', RETIRE_MS, () => old.retire(() => retiring.isStopping));
    jobs.add('keys of deleted tenants', FORGET_MS, () => keys.forgetDeleted());
  }

  /** Begins without being waited for. */
  wake(): void {
    this.job.wake();
  }

  /** Works at what waits, until nothing does or something is in its way. */
  private async work(): Promise<void> {
    while (!this.job.isStopping) {
      const lease = await Lease.take(this.database, this.clock);
      if (!lease || !(await this.workAt(lease))) return;
    }
  }

  /** @returns whether it is done, or no longer ours */
  private async workAt(lease: Lease): Promise<boolean> {
    const { id: rotation, scope, tenantId } = lease.rotation;
    try {
      const kind = scope === 'kek' ? this.kekRotation : this.dataRotation;
      if (lease.rotation.total === null) await lease.keep({ total: await kind.count(tenantId) });
      if (await kind.run(lease, () => this.job.isStopping)) await this.complete(lease);
      else await lease.keep({ leaseUntil: null });
      return true;
    } catch (err) {
      if (err instanceof LeaseLostError) return true;
      this.logger.error({ err, rotation }, 'the rotation has come to a halt; it will go on');
      const error = err instanceof CountersignError ? err.message : 'something went wrong inside; the log has it';
      await lease.keep({ leaseUntil: null, error: error.slice(0, 500) });
      return false;
    }
  }

  private async complete(lease: Lease): Promise<void> {
    const { id, scope, tenantId } = lease.rotation;
    await this.database.write(async (manager) => {
      await lease.note(manager, {
        status: 'completed',
        runningFor: null,
        leaseUntil: null,
        total: () => 'done + failed',
        completedAt: this.clock.now(),
      });
      const details = { scope, tenant_id: tenantId };
      const event = { type: 'vault.rotation_completed', actor: 'system', targetId: id, details } as const;
      await this.audit.record({ manager, tenantId: null }, event);
    });
    this.logger.info({ rotation: id, scope }, 'the rotation is completed');
  }
}
