import { CountersignError } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import type { TestApp } from './app.js';

type WriteFor = (tenantId: string, ...write: Parameters<Database['write']>) => Promise<unknown>;

/** A database that refuses every write of one replica, as a read-only node does. */
export interface RefusedWrites {
  /** The number of writes that were refused, and of reads if these are refused too. */
  count: number;
  repair(): void;
}

interface Fault {
  /** Refuses reads as well. */
  reads?: boolean;
  /** The failure; by default the database does not respond. */
  error?: Error;
  /** Writes of a tenant that succeed before. Chain the audit events first: that is written in the background. */
  allowed?: number;
  /** Commits the writes and reports that they failed. */
  commits?: boolean;
}

/** Makes the database refuse the writes of an app. */
export function refuseWrites(
  app: TestApp,
  { reads = false, error = unavailable(), allowed = 0, commits = false }: Fault = {},
): RefusedWrites {
  const database = app.get(Database);
  // Every write, of one tenant or of several, goes through this method.
  const internals = database as unknown as { writeFor: WriteFor };
  const writeFor = internals.writeFor.bind(database);
  let left = allowed;
  const refused: RefusedWrites = {
    count: 0,
    repair: () => {
      Reflect.deleteProperty(database, 'writeFor');
      Reflect.deleteProperty(database, 'read');
      Reflect.deleteProperty(database, 'checkWritable');
    },
  };
  internals.writeFor = async (...write) => {
    const [tenantId] = write;
    if (tenantId !== '' && left-- > 0) return writeFor(...write);
    refused.count++;
    if (commits) await writeFor(...write);
    throw error;
  };
  database.checkWritable = () => Promise.reject(error);
  if (reads) {
    database.read = () => {
      refused.count++;
      return Promise.reject(error);
    };
  }
  return refused;
}

function unavailable(): Error {
  return new CountersignError('unavailable', 'the database does not respond');
}
