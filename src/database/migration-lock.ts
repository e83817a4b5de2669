import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { failureOf } from './failures.js';

/** Durations in milliseconds. */
export interface LockTiming {
  /** A holder that has not renewed the lock for this long may have died. */
  lease: number;
  /** Interval of renewals; several fit into a lease. */
  heartbeat: number;
  /** Interval at which others look at the lock. */
  poll: number;
  /** How long others wait for a holder that keeps renewing. */
  timeout: number;
}

export const LOCK_TIMING: LockTiming = { lease: 20_000, heartbeat: 4000, poll: 500, timeout: 900_000 };

const TABLE = 'migration_lock';
const NAME = 'migrations';

interface LockRow {
  holder: string | null;
  version: number;
  expired: unknown;
}

/**
 * The right to migrate, as a row of the database.
 *
 * `GET_LOCK` is local to a node of a cluster. A compare-and-set of a row is not: of two writes through different nodes, certification rejects
 * the later one. Times are those of the database.
 */
export class MigrationLock {
  private readonly holder = randomUUID();
  private renewedAt = 0;
  private heartbeat?: NodeJS.Timeout;

  private constructor(
    private readonly source: DataSource,
    private readonly timing: LockTiming,
  ) {}

  /**
   * Waits until no other process holds the lock, takes it and renews it until `release`.
   *
   * @param runner a connection whose reads wait for the writes of other nodes
   * @throws {Error} another process still holds the lock and renews it
   */
  static async acquire(source: DataSource, runner: QueryRunner, timing: LockTiming): Promise<MigrationLock> {
    const lock = new MigrationLock(source, timing);
    await lock.createRow(runner);
    await lock.waitForTurn(runner);
    lock.heartbeat = setInterval(() => {
      // A renewal that fails is repeated by the next one, and at the latest by `ensureHeld`, which throws.
      lock.renew().catch(() => undefined);
    }, timing.heartbeat).unref();
    return lock;
  }

  /**
   * Checks that the lock is still ours, which another process has taken over if this one was paused for longer than the lease.
   *
   * @throws {Error} the lock was lost
   */
  async ensureHeld(): Promise<void> {
    if (performance.now() - this.renewedAt > this.timing.lease / 2) await this.renew();
  }

  async release(): Promise<void> {
    clearInterval(this.heartbeat);
    // Without an answer from the database the lock expires by itself.
    await this.source
      .query(`UPDATE ${TABLE} SET holder = NULL, version = version + 1 WHERE name = ? AND holder = ?`, [
        NAME,
        this.holder,
      ])
      .catch(() => undefined);
  }

  /** Creates the table only if it is missing: on Galera every change of the schema stops all writes of the cluster. */
  private async createRow(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasTable(TABLE))) {
      await runner.query(
        `CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(32) NOT NULL PRIMARY KEY, holder varchar(40), version integer NOT NULL, expires_at datetime(3) NOT NULL)`,
      );
    }
    await attempt(() =>
      runner.query(`INSERT IGNORE INTO ${TABLE} (name, version, expires_at) VALUES (?, 0, UTC_TIMESTAMP(3))`, [NAME]),
    );
  }

  private async waitForTurn(runner: QueryRunner): Promise<void> {
    const { heartbeat, timeout } = this.timing;
    const deadline = performance.now() + timeout;
    let expiredAt = 0;
    let expiredVersion: number | undefined;
    while (performance.now() < deadline) {
      const row = await this.read(runner);
      if (row && Number(row.expired) === 1 && row.version !== expiredVersion) {
        expiredAt = performance.now();
        expiredVersion = row.version;
      }
      // A long change of the schema delays the renewals of its own process too: they get time to arrive after it.
      const isAbandoned = row?.version === expiredVersion && performance.now() - expiredAt > 2 * heartbeat;
      if (row && (row.holder === null || isAbandoned) && (await this.take(runner, row.version))) return;
      await wait(this.timing.poll);
    }
    throw new Error(
      `another process is still migrating the database after ${timeout / 1000} seconds; try again when it has finished`,
    );
  }

  private async read(runner: QueryRunner): Promise<LockRow | undefined> {
    const sql = `SELECT holder, version, holder IS NOT NULL AND expires_at <= UTC_TIMESTAMP(3) AS expired FROM ${TABLE} WHERE name = ?`;
    const [row] = (await attempt(() => runner.query(sql, [NAME])).then((rows) => rows ?? [])) as LockRow[];
    return row;
  }

  /** Takes the lock if its row is as it was read, and reads it back. */
  private async take(runner: QueryRunner, version: number): Promise<boolean> {
    const started = performance.now();
    const result = (await attempt(() =>
      runner.query(
        `UPDATE ${TABLE} SET holder = ?, version = version + 1, expires_at = ${this.expiry} WHERE name = ? AND version = ?`,
        [this.holder, NAME, version],
      ),
    )) as { affectedRows: number } | undefined;
    if (result?.affectedRows !== 1) return false;
    this.renewedAt = started;
    return (await this.read(runner))?.holder === this.holder;
  }

  /** @throws {Error} the lock was lost */
  private async renew(): Promise<void> {
    const started = performance.now();
    const { affectedRows } = (await this.source.query(
      `UPDATE ${TABLE} SET version = version + 1, expires_at = ${this.expiry} WHERE name = ? AND holder = ?`,
      [NAME, this.holder],
    )) as { affectedRows: number };
    if (affectedRows !== 1) {
      throw new Error('another process has taken over the migration of the database, because this one had stopped');
    }
    this.renewedAt = started;
  }

  private get expiry(): string {
    return `UTC_TIMESTAMP(3) + INTERVAL ${this.timing.lease * 1000} MICROSECOND`;
  }
}

/** Returns `undefined` if the statement lost against one of another process. */
async function attempt<T>(statement: () => Promise<T>): Promise<T | undefined> {
  try {
    return await statement();
  } catch (error) {
    if (failureOf(error) === 'conflict') return undefined;
    throw error;
  }
}
