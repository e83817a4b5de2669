import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndices, dropIndices, redefineColumn } from './support/changes.js';
import { index, unique } from './support/columns.js';

const TABLE = 'audit_events';

const IN_CHAIN = unique('audit_events_in_chain', 'chain', 'sequence');
const UNCHAINED = index('audit_events_unchained', 'sequence', 'chain', 'created_at', 'id');

/** Lets audit events be recorded before they have a position in their chain. Servers of the previous release chain theirs at once, as before. */
export class UnchainedEvents1765100000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return redefine(runner, 'integer NULL', [IN_CHAIN], [IN_CHAIN, UNCHAINED]);
  }

  /** Fails while an event has no position: the servers of this release chain it first. */
  down(runner: QueryRunner): Promise<void> {
    return redefine(runner, 'integer NOT NULL DEFAULT 0', [IN_CHAIN, UNCHAINED], [IN_CHAIN]);
  }
}

/** Only SQLite needs the indexes to be dropped. Elsewhere the unique key stays, because servers may be writing. */
async function redefine(
  runner: QueryRunner,
  definition: string,
  before: (typeof IN_CHAIN)[],
  after: (typeof IN_CHAIN)[],
): Promise<void> {
  const isSqlite = runner.connection.options.type === 'better-sqlite3';
  await dropIndices(runner, TABLE, isSqlite ? before : before.filter((each) => !after.includes(each)));
  await redefineColumn(runner, { table: TABLE, name: 'sequence', definition });
  await addIndices(runner, TABLE, after);
}
