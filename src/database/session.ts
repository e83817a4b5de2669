import type { Connection } from 'mysql2/promise';

/** How long a unit of work may take by default, with all its attempts and with waiting for a connection. */
export const WORK_TIMEOUT_MS = 10_000;

/** How long the work of jobs may take, and that of changes to very many rows. */
const LONG_TIMEOUT_MS = 120_000;

/** The options of work that may take long. */
export const LONG = { timeoutMs: LONG_TIMEOUT_MS } as const;

/**
 * Limits of every session, on the servers that have the variable: MariaDB, MySQL and TiDB have different ones. They end on the server what a
 * client no longer waits for, or cannot end because the network between them is cut.
 */
const VARIABLES: Record<string, number> = {
  // Seconds to wait for a row; shorter than WORK_TIMEOUT_MS, so that the server answers first.
  innodb_lock_wait_timeout: 4,
  // Seconds to wait for a table that is being altered.
  lock_wait_timeout: 8,
  max_statement_time: WORK_TIMEOUT_MS / 1000,
  max_execution_time: WORK_TIMEOUT_MS,
  // Seconds until the locks of a process are released that has stopped inside a transaction.
  idle_transaction_timeout: 30,
  tidb_idle_transaction_timeout: 30,
  // Galera: SELECT and START TRANSACTION wait until this node has applied what was committed on others (decision record 26).
  wsrep_sync_wait: 1,
};

/** The statements that set up sessions of one server. */
export interface SessionStatements {
  /** Sets every limit to its default. Empty if the server has none of the variables. */
  setUp: string;
  /** Allows statements to run for longer. Empty if the server does not limit them. */
  allowLong: string;
}

/** Asks a server which variables it has. */
export async function readSessionStatements(connection: Connection): Promise<SessionStatements> {
  const names = Object.keys(VARIABLES);
  const [rows] = await connection.query('SHOW SESSION VARIABLES WHERE Variable_name IN (?)', [names]);
  const known = (rows as { Variable_name: string }[])
    .map((row) => row.Variable_name)
    .filter((name) => name in VARIABLES);
  const set = (name: string, factor = 1) => `${name} = ${(VARIABLES[name] ?? 0) * factor}`;
  const long = known.filter((name) => name === 'max_statement_time' || name === 'max_execution_time');
  return {
    setUp: statement(known.map((name) => set(name))),
    allowLong: statement(long.map((name) => set(name, LONG_TIMEOUT_MS / WORK_TIMEOUT_MS))),
  };
}

function statement(assignments: readonly string[]): string {
  return assignments.length > 0 ? `SET SESSION ${assignments.join(', ')}` : '';
}
