import { QueryFailedError } from 'typeorm';

/** Deadlock, lock wait timeout (also Galera's certification failure), a row changed since the snapshot (MariaDB 11.6), busy file. */
const RETRY = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
]);

const GONE = new Set([
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

const DUPLICATE = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

const ORPHAN = new Set(['ER_NO_REFERENCED_ROW', 'ER_NO_REFERENCED_ROW_2', 'SQLITE_CONSTRAINT_FOREIGNKEY']);

/** Why a query failed, where that is the database's trouble rather than the query's. */
export function failureOf(error: unknown): 'retry' | 'gone' | undefined {
  const code = codeOf(error);
  if (RETRY.has(code)) return 'retry';
  return GONE.has(code) ? 'gone' : undefined;
}

/** A unique key already has this value. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof QueryFailedError && DUPLICATE.has(codeOf(error));
}

/** The row that this one belongs to is not there: somebody deleted it meanwhile. */
export function isOrphan(error: unknown): boolean {
  return error instanceof QueryFailedError && ORPHAN.has(codeOf(error));
}

function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? error.driverError : error;
  const { code } = (source ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
