import { setTimeout as wait } from 'node:timers/promises';
import { MigrationExecutor, type DataSource, type Migration, type QueryRunner } from 'typeorm';
import { failureOf } from './failures.js';
import { LOCK_TIMING, MigrationLock, type LockTiming } from './migration-lock.js';

/** A migration that loses against the writes of running replicas is run again. */
const MAX_ATTEMPTS = 8;

/**
 * Values of the connection that migrates, for variables that the server knows. Its reads see what other nodes of a cluster have committed,
 * and no statement has a time limit.
 */
const SESSION: Record<string, number> = { wsrep_sync_wait: 15, max_statement_time: 0 };

/**
 * Applies pending migrations in order. Replicas that start at the same time wait for each other.
 *
 * MySQL and MariaDB commit after every change of the schema, so a migration is not a transaction there. Running an interrupted migration
 * again completes it.
 *
 * @returns the names of the applied migrations
 * @throws {Error} another process is still migrating, or has taken over
 */
export async function migrate(source: DataSource, timing: LockTiming = LOCK_TIMING): Promise<string[]> {
  if (source.options.type === 'better-sqlite3') {
    return names(await source.runMigrations({ transaction: 'each' }));
  }
  const runner = source.createQueryRunner();
  try {
    return await withSession(runner, async () => {
      const pending = await new MigrationExecutor(source, runner).getPendingMigrations();
      return pending.length === 0 ? [] : await migrateAlone(source, runner, timing);
    });
  } finally {
    await runner.release();
  }
}

async function migrateAlone(source: DataSource, runner: QueryRunner, timing: LockTiming): Promise<string[]> {
  const lock = await MigrationLock.acquire(source, runner, timing);
  const query = runner.query;
  try {
    // Guards every statement: a process that was paused past its lease must not change what another one is changing.
    runner.query = async (...parameters: Parameters<typeof query>) => {
      await lock.ensureHeld();
      return query.apply(runner, parameters);
    };
    const executor = new MigrationExecutor(source, runner);
    // Another process may have applied them in the meantime.
    const pending = await executor.getPendingMigrations();
    for (const migration of pending) await apply(executor, migration);
    return names(pending);
  } finally {
    runner.query = query;
    await lock.release();
  }
}

async function apply(executor: MigrationExecutor, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await executor.executeMigration(migration);
      return;
    } catch (error) {
      if (failureOf(error) !== 'conflict' || attempt === MAX_ATTEMPTS) throw error;
      await wait(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/** Sets variables of the connection, and restores them because the connection returns to the pool. A failure ends the process that starts. */
async function withSession<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const variables = (await runner.query(
    `SHOW SESSION VARIABLES WHERE Variable_name IN (${quoted(Object.keys(SESSION))})`,
  )) as { Variable_name: string; Value: string }[];
  const set = async (valueOf: (variable: { Variable_name: string; Value: string }) => unknown) => {
    for (const variable of variables) {
      await runner.query(`SET SESSION ${variable.Variable_name} = ${Number(valueOf(variable))}`);
    }
  };
  await set(({ Variable_name }) => SESSION[Variable_name]);
  const result = await work();
  await set(({ Value }) => Value);
  return result;
}

function quoted(texts: string[]): string {
  return texts.map((text) => `'${text}'`).join();
}

function names(applied: { name: string }[]): string[] {
  return applied.map(({ name }) => name);
}
