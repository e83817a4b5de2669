import type { DataSource } from 'typeorm';

/** How long a replica waits for another that is migrating, in seconds. */
const LOCK_SECONDS = 120;

/**
 * Applies the migrations that are missing, in order. Replicas that start together take turns.
 *
 * MySQL and MariaDB commit after every change of structure, so a migration there cannot be one transaction;
 * each is written so that what it did is undone by its `down`.
 *
 * @returns the names of those that were applied
 */
export async function migrate(source: DataSource): Promise<string[]> {
  if (source.options.type === 'better-sqlite3') {
    return names(await source.runMigrations({ transaction: 'each' }));
  }
  const runner = source.createQueryRunner();
  try {
    const [row] = (await runner.query('SELECT GET_LOCK(CONCAT(DATABASE(), ?), ?) AS got', [
      '.migrations',
      LOCK_SECONDS,
    ])) as { got: unknown }[];
    if (Number(row?.got) !== 1) throw new Error('another process is still migrating the database');
    return names(await source.runMigrations({ transaction: 'none' }));
  } finally {
    await runner.query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migrations'))");
    await runner.release();
  }
}

function names(applied: { name: string }[]): string[] {
  return applied.map(({ name }) => name);
}
