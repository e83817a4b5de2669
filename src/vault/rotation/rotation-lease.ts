import type { EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Clock } from '../../common/index.js';
import { isFreeAt, type Database } from '../../database/index.js';
import { VaultRotation } from './vault-rotation.entity.js';

/** Longer than any transaction of a rotation. Another process takes over a rotation this long after its process was killed. */
const LEASE_MS = 30_000;

const RENEW_AFTER_MS = 10_000;

/** Another process has taken the rotation over. The writes of this one are rolled back. */
export class LeaseLostError extends Error {
  constructor() {
    super('another process has taken over the rotation');
    this.name = 'LeaseLostError';
  }
}

type Progress = QueryDeepPartialEntity<VaultRotation>;

/** The lease of a rotation. Each lease has a fencing token, and every write of progress names it. */
export class RotationLease {
  private renewAt: Date;

  private constructor(
    readonly rotation: Readonly<VaultRotation>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.renewAt = clock.in(RENEW_AFTER_MS);
  }

  /** Takes the lease of the oldest running rotation that no process works on. Returns undefined if there is none. */
  static async take(database: Database, clock: Clock): Promise<RotationLease | undefined> {
    const free = { status: 'running' as const, leaseUntil: isFreeAt(clock.now()) };
    const row = await database.read((manager) =>
      manager.findOne(VaultRotation, { where: free, order: { createdAt: 'ASC', id: 'ASC' } }),
    );
    if (!row) return undefined;
    const { id, fencingToken } = row;
    const changes = { fencingToken: fencingToken + 1, leaseUntil: clock.in(LEASE_MS) };
    const result = await database.write((manager) =>
      manager.update(VaultRotation, { id, fencingToken, status: 'running' }, changes),
    );
    // Another process was faster; there may be more rotations.
    if (result.affected !== 1) return RotationLease.take(database, clock);
    return new RotationLease({ ...row, ...changes }, database, clock);
  }

  /**
   * Records progress in the transaction of the work, and extends the lease.
   *
   * @throws {LeaseLostError} the transaction must be rolled back
   */
  async recordProgress(manager: EntityManager, progress: Progress): Promise<void> {
    const { id, fencingToken } = this.rotation;
    const changes = { leaseUntil: this.clock.in(LEASE_MS), error: null, ...progress };
    const { affected } = await manager.update(VaultRotation, { id, fencingToken, status: 'running' }, changes);
    if (affected !== 1) throw new LeaseLostError();
    this.renewAt = this.clock.in(RENEW_AFTER_MS);
  }

  /** Extends the lease if it is due. @throws {LeaseLostError} */
  async renew(): Promise<void> {
    if (this.clock.now() > this.renewAt) await this.update({});
  }

  /** Records progress in a transaction of its own. @throws {LeaseLostError} */
  update(progress: Progress): Promise<void> {
    return this.database.write((manager) => this.recordProgress(manager, progress));
  }
}

/** Returns an SQL expression that increments a counter. */
export function incremented(column: 'done' | 'failed', count: number): () => string {
  return () => `${column} + ${Math.trunc(count)}`;
}
