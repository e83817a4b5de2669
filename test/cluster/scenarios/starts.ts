import { MIGRATIONS } from '../../../migrations/index.js';
import { eventually } from '../../support/eventually.js';
import type { Replica } from '../support/replica.js';
import type { World } from '../support/world.js';
import type { Scenario } from './scenario.js';

export const STARTS: Scenario[] = [
  {
    name: 'first start of three replicas at once',
    seconds: 60,
    isInCi: true,
    fault: (world, durationMs) => repeat(durationMs, (round) => startAtOnce(world, round)),
  },
  {
    name: 'kill -9 of a replica in mid-migration',
    seconds: 60,
    fault: (world, durationMs) => repeat(durationMs, (round) => killWhileMigrating(world, round)),
  },
];

async function repeat(durationMs: number, work: (round: number) => Promise<void>): Promise<void> {
  const deadline = Date.now() + durationMs;
  for (let round = 0; round === 0 || Date.now() < deadline; round++) await work(round);
}

async function startAtOnce(world: World, _round: number): Promise<void> {
  const { replicas, database } = await world.siblings();
  try {
    for (const replica of replicas) replica.launch();
    await world.waitUntilReady(replicas);
    await checkMigrations(world, database);
  } finally {
    await stopAll(replicas);
  }
}

/** Kills the first replica after another number of migrations in every round, and starts all. */
async function killWhileMigrating(world: World, round: number): Promise<void> {
  const { replicas, database } = await world.siblings();
  const [first] = replicas as [Replica];
  const migrations = 1 + ((round * 7) % (MIGRATIONS.length - 1));
  try {
    first.launch();
    await eventually(
      () => appliedMigrations(world, database),
      ({ length }) => length >= migrations,
      60_000,
    );
    await first.kill();
    for (const replica of replicas) replica.launch();
    await world.waitUntilReady(replicas);
    await checkMigrations(world, database);
  } finally {
    await stopAll(replicas);
  }
}

async function checkMigrations(world: World, database: string): Promise<void> {
  const applied = await appliedMigrations(world, database);
  const expected = MIGRATIONS.map(({ name }) => name);
  if (applied.toSorted().join() !== expected.toSorted().join()) {
    world.starts.failures.push(`${applied.length} rows for ${expected.length} migrations: ${applied.join()}`);
  }
}

async function appliedMigrations(world: World, database: string): Promise<string[]> {
  const rows = await world.query('SELECT name FROM migrations', database).catch(() => []);
  return rows.map(({ name }) => String(name));
}

async function stopAll(replicas: Replica[]): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.stop()));
}
