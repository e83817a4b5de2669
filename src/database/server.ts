import { createConnection, type Connection, type ConnectionOptions, type SslOptions } from 'mysql2/promise';
import type { DatabaseServer } from '../config/index.js';
import { Deadline } from './deadline.js';
import { readSessionStatements, type SessionStatements } from './session.js';

/** The table of applied migrations. Every database has it before it is ready. */
export const MIGRATIONS_TABLE = 'migrations';

/** Readiness gives up after three seconds. */
const CHECK_TIMEOUT_MS = 2500;

/** How to reach a server, for the driver. */
export type ServerAddress = Pick<
  ConnectionOptions,
  'host' | 'port' | 'password' | 'database' | 'connectTimeout' | 'ssl'
>;

export function addressOf(settings: DatabaseServer): ServerAddress {
  const { host, port, password, database, connectTimeoutMs, tls } = settings;
  return { host, port, password, database, connectTimeout: connectTimeoutMs, ...(tls && { ssl: sslOptions(tls) }) };
}

/** A new object: the driver changes it, and reuses TLS sessions as long as it is the same one. */
function sslOptions({ verify, ca, cert, key }: NonNullable<DatabaseServer['tls']>): SslOptions {
  return { ca, cert, key, rejectUnauthorized: verify !== undefined, verifyIdentity: verify === 'identity' };
}

/** Finds out what kind of server it is. */
export async function describeServer(
  address: ServerAddress,
  user: string,
): Promise<{ type: 'mariadb' | 'mysql'; session: SessionStatements }> {
  const connection = await createConnection({ ...address, user });
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    const { version } = (rows as { version: string }[])[0] ?? { version: '' };
    return {
      // With the type `mysql`, TypeORM reports schema drift on every nullable column of MariaDB.
      type: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
      session: await readSessionStatements(connection),
    };
  } finally {
    connection.destroy();
  }
}

/**
 * Checks that a server accepts writes: that it is not read-only, and that its cluster has a quorum. Uses a connection of its own; concurrent
 * checks share one, because anyone may ask for the readiness.
 *
 * @returns the check, which rejects with the reason
 */
export function writeCheck(address: ServerAddress, user: string): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= checkOnce(address, user).finally(() => (running = undefined)));
}

async function checkOnce(address: ServerAddress, user: string): Promise<void> {
  const deadline = new Deadline(CHECK_TIMEOUT_MS);
  const opening = createConnection({ ...address, user, connectTimeout: CHECK_TIMEOUT_MS });
  const connection = await deadline.wait(opening, (late: Connection) => late.destroy());
  connection.on('error', () => undefined);
  try {
    // Refused where a write would be, but writes nothing and locks nothing.
    const statement = connection.query(`DELETE FROM ${MIGRATIONS_TABLE} WHERE FALSE`);
    statement.catch(() => undefined);
    await deadline.wait(statement, () => undefined);
  } finally {
    connection.destroy();
  }
}
