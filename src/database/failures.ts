import { QueryFailedError } from 'typeorm';

/** Deadlock, lock timeout (also a failed certification of Galera), row changed since the snapshot (MariaDB 11.6), busy file. */
const RETRY = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
]);

const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

const DUPLICATE_KEY = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

const FOREIGN_KEY = new Set(['ER_NO_REFERENCED_ROW', 'ER_NO_REFERENCED_ROW_2', 'SQLITE_CONSTRAINT_FOREIGNKEY']);

/** Classifies a failure of the database. Returns undefined if the query itself is at fault. */
export function failureOf(error: unknown): 'retry' | 'connection_lost' | undefined {
  const code = codeOf(error);
  if (RETRY.has(code)) return 'retry';
  return CONNECTION_LOST.has(code) ? 'connection_lost' : undefined;
}

/** Tells whether a row with the same unique key exists. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof QueryFailedError && DUPLICATE_KEY.has(codeOf(error));
}

/** Tells whether the row that this one refers to does not exist, for example because it was deleted concurrently. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && FOREIGN_KEY.has(codeOf(error));
}

function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? error.driverError : error;
  const { code } = (source ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
