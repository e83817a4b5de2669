import type { DataSource } from 'typeorm';

/** How long a replica waits for another one that is migrating. */
const LOCK_TIMEOUT_SECONDS = 120;

/**
 * Applies pending migrations in order. Replicas that start at the same time wait for each other.
 *
 * MySQL and MariaDB commit after every change of the schema, so a migration is not a transaction there. Running an interrupted migration
 * again completes it.
 *
 * @returns the names of the applied migrations
 * @throws {Error} another process holds the migration lock
 */
export async function migrate(source: DataSource): Promise<string[]> {
  if (source.options.type === 'better-sqlite3') {
    return names(await source.runMigrations({ transaction: 'each' }));
  }
  const runner = source.createQueryRunner();
  try {
    const [row] = (await runner.query('SELECT GET_LOCK(CONCAT(DATABASE(), ?), ?) AS acquired', [
      '.migrations',
      LOCK_TIMEOUT_SECONDS,
    ])) as { acquired: unknown }[];
    if (Number(row?.acquired) !== 1)
      throw new Error(
        `another process is still migrating the database after ${LOCK_TIMEOUT_SECONDS} seconds; try again when it has finished`,
      );
    return names(await source.runMigrations({ transaction: 'none' }));
  } finally {
    await runner.query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migrations'))");
    await runner.release();
  }
}

function names(applied: { name: string }[]): string[] {
  return applied.map(({ name }) => name);
}
