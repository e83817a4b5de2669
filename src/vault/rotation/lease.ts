import type { EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Clock } from '../../common/index.js';
import type { Database } from '../../database/index.js';
import { VaultRotation } from './vault-rotation.entity.js';

/** Longer than any transaction of the work takes. Whoever is killed is replaced after it. */
const LEASE_MS = 30_000;

const RENEW_MS = 10_000;

/** Another process works at the rotation now: what this one would write is not written. */
export class LeaseLostError extends Error {
  constructor() {
    super('another process has taken the rotation over');
    this.name = 'LeaseLostError';
  }
}

type Progress = QueryDeepPartialEntity<VaultRotation>;

/** The right to work at a rotation. */
export class Lease {
  private renewAt: Date;

  private constructor(
    readonly rotation: Readonly<VaultRotation>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.renewAt = clock.in(RENEW_MS);
  }

  /** @returns nothing where there is no rotation that waits for somebody */
  static async take(database: Database, clock: Clock): Promise<Lease | undefined> {
    const now = clock.now();
    const row = await database.read((manager) =>
      manager
        .createQueryBuilder(VaultRotation, 'row')
        .where("row.status = 'running' AND (row.leaseUntil IS NULL OR row.leaseUntil < :now)", { now })
        .orderBy('row.createdAt')
        .addOrderBy('row.id')
        .getOne(),
    );
    if (!row) return undefined;
    const changes = { fence: row.fence + 1, leaseUntil: clock.in(LEASE_MS) };
    const result = await database.write((manager) =>
      manager.update(VaultRotation, { id: row.id, fence: row.fence, status: 'running' }, changes),
    );
    // Another process was faster; it does this one, and there may be more.
    if (result.affected !== 1) return Lease.take(database, clock);
    return new Lease({ ...row, ...changes }, database, clock);
  }

  /**
   * Writes how far the work is, in its own transaction: neither is there without the other.
   *
   * @throws {LeaseLostError} and the transaction is rolled back
   */
  async note(manager: EntityManager, progress: Progress): Promise<void> {
    const { id, fence } = this.rotation;
    const changes = { leaseUntil: this.clock.in(LEASE_MS), error: null, ...progress };
    const { affected } = await manager.update(VaultRotation, { id, fence, status: 'running' }, changes);
    if (affected !== 1) throw new LeaseLostError();
    this.renewAt = this.clock.in(RENEW_MS);
  }

  /** Makes sure that the lease holds for the next batch. */
  async renew(): Promise<void> {
    if (this.clock.now() > this.renewAt) await this.keep();
  }

  /** The same where nothing else is written. */
  keep(progress: Progress = {}): Promise<void> {
    return this.database.write((manager) => this.note(manager, progress));
  }
}

/** Counts `column` up by that many. */
export function plus(column: 'done' | 'failed', count: number): () => string {
  return () => `${column} + ${Math.trunc(count)}`;
}
