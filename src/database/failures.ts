import { QueryFailedError } from 'typeorm';

/*
 * Failures are classified by the number that the server sends, because drivers and proxies name the same failure differently, and by the code
 * of failures that have no number: those of the network and of SQLite (decision record 26).
 */

const CODES_OF_BUSY_FILE = /^SQLITE_BUSY(_|$)/;

/**
 * A failure of the database itself, not of a query.
 *
 * - `conflict`: the server rolled the transaction back because of another one. It can run again, even if the failure was the answer to COMMIT.
 * - `node`: the server answers but can neither read nor write, or only read. Another connection may reach another server.
 * - `lost`: there is no answer. If COMMIT was sent, its result is unknown.
 * - `unavailable`: running the work again at once would fail again.
 */
export type Failure = 'conflict' | 'node' | 'lost' | 'unavailable';

const NUMBERS: Record<Failure, readonly number[]> = {
  conflict: [
    1213, // deadlock, and a failed certification of Galera
    1205, // lock wait timeout; Galera: waiting for the writes of other nodes took too long
    1020, // the row changed since the snapshot (MariaDB 11.6)
    3101, // a failed certification of Group Replication
    8002, // TiDB: conflict of SELECT … FOR UPDATE
    8022, // TiDB: the commit failed and was rolled back
    8028, // TiDB: the schema changed during the transaction
    9007, // TiDB: write conflict
  ],
  node: [
    1047, // Galera: the node has not joined, or is not connected to the primary component
    1180, // Galera: the node lost its cluster during COMMIT
    1290, // read_only, super_read_only; Aurora: the writer became a reader
    1792, // the session is read-only: a proxy chose a replica
    1836, // innodb_read_only
    3100, // Group Replication: the member cannot commit
  ],
  lost: [
    1040, // too many connections
    1053, // shutdown
    1129, // the server refuses this host after too many errors
    1152, // the server aborted the connection
    1158, // the server could not read from the network
    1159,
    1160, // the server could not write to the network
    1161,
    1184, // the server aborted a new connection
    1203, // the user has too many connections
    1226,
    1317, // the statement was killed
    1927, // the connection was killed
    2002, // sent by proxies: the server behind them cannot be reached
    2003,
    2006, // sent by proxies: the server behind them is gone
    2013,
    2055,
    3168, // the server is not available
    4031, // the connection was idle for too long
  ],
  unavailable: [
    1021, // disk full
    1114, // tablespace full
    1969, // statement timeout of MariaDB
    3024, // statement timeout of MySQL
    9001, // TiDB: the placement driver does not respond
    9002, // TiDB: a store does not respond
    9003, // TiDB: a store is busy
    9005, // TiDB: a region is not available
  ],
};

const CODES: Record<Failure, readonly string[]> = {
  conflict: [],
  node: [],
  lost: [
    'EAI_AGAIN',
    'ECONNABORTED',
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EPIPE',
    'ETIMEDOUT',
    'HANDSHAKE_NO_SSL_SUPPORT',
    'HANDSHAKE_SSL_ERROR',
    'PROTOCOL_CONNECTION_LOST',
  ],
  unavailable: ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'],
};

const BY_NUMBER = byKey(NUMBERS);
const BY_CODE = byKey(CODES);

/** Galera and its proxies send these texts with other numbers too. */
const NOT_PRIMARY = /WSREP has not yet prepared node|not connected to Primary Component/i;

const DUPLICATE_KEY = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

const FOREIGN_KEY = new Set(['ER_NO_REFERENCED_ROW', 'ER_NO_REFERENCED_ROW_2', 'SQLITE_CONSTRAINT_FOREIGNKEY']);

/** The time for the work has passed. The connection that it ran on is closed; if COMMIT was sent, its result is unknown. */
export class DatabaseDeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`the database did not respond within ${Math.round(milliseconds)} ms`);
    this.name = 'DatabaseDeadlineError';
  }
}

/** Classifies a failure of the database. Returns undefined if the query itself is at fault. */
export function failureOf(error: unknown): Failure | undefined {
  const source = sourceOf(error);
  if (source instanceof DatabaseDeadlineError || isBusy(error)) return 'unavailable';
  const { errno, code, message, fatal } = source as Partial<Record<'errno' | 'code' | 'message' | 'fatal', unknown>>;
  if (typeof message === 'string' && NOT_PRIMARY.test(message)) return 'node';
  const failure = BY_NUMBER.get(errno as number) ?? BY_CODE.get(code as string);
  // The driver marks what ends a connection, also where it has no code: a protocol error, a statement on a closed connection.
  return failure ?? (fatal === true && !isRefusedLogin(errno) ? 'lost' : undefined);
}

/** Tells whether another process is using the SQLite file. */
export function isBusy(error: unknown): boolean {
  return CODES_OF_BUSY_FILE.test(codeOf(error));
}

/** Tells whether a row with the same unique key exists. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof QueryFailedError && DUPLICATE_KEY.has(codeOf(error));
}

/** Tells whether the row that this one refers to does not exist, for example because it was deleted concurrently. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && FOREIGN_KEY.has(codeOf(error));
}

/** Access denied, unknown database: wrong settings, not an outage. */
function isRefusedLogin(errno: unknown): boolean {
  return errno === 1044 || errno === 1045 || errno === 1049 || errno === 1698;
}

function codeOf(error: unknown): string {
  const { code } = sourceOf(error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Returns the error of the driver. */
function sourceOf(error: unknown): object {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof source === 'object' && source !== null ? source : {};
}

function byKey<K>(classes: Record<Failure, readonly K[]>): Map<K, Failure> {
  const entries = Object.entries(classes) as [Failure, readonly K[]][];
  return new Map(entries.flatMap(([failure, keys]) => keys.map((key) => [key, failure] as const)));
}
