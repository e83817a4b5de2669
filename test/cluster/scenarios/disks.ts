import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import type { Replica } from '../support/replica.js';
import type { World } from '../support/world.js';
import type { Scenario } from './scenario.js';

export const DISKS: Scenario[] = [
  { name: 'disk of MariaDB full', seconds: 20, database: 'single', fault: fillMariaDb },
  { name: 'disk of SQLite full', seconds: 20, database: 'sqlite', fault: fillSqlite },
];

const TABLE_IS_FULL = 1114;

/** Fills the tablespace, which may not grow, with rows of a table of its own, and gives it more space as an operator does. */
async function fillMariaDb({ servers, databases, databaseName }: World, durationMs: number): Promise<void> {
  const [server] = databases;
  if (!server) throw new Error('there is no MariaDB');
  const filler = `\`${databaseName}\`.filler`;
  await server.query(`CREATE TABLE ${filler} (id integer NOT NULL PRIMARY KEY AUTO_INCREMENT, bytes longblob)`);
  // Large rows first, then ever smaller ones, until nothing fits.
  for (const bytes of [1_000_000, 100_000, 8000, 4000, 100]) {
    const insert = () =>
      server.query(`INSERT INTO ${filler} (bytes) VALUES (REPEAT('x', ${bytes}))`).then(
        () => undefined,
        (error: { errno?: number }) => error.errno,
      );
    await eventually(insert, (errno) => errno === TABLE_IS_FULL, 60_000);
  }
  await wait(durationMs);
  await servers.growSingleDatabase();
}

/** The replica has loaded `support/full-disk.mjs`: a signal keeps the file from growing, another one lets it grow again. */
async function fillSqlite({ replicas }: World, durationMs: number): Promise<void> {
  const [replica] = replicas as [Replica];
  replica.signal('SIGUSR2');
  await wait(durationMs);
  replica.signal('SIGUSR2');
}
