import { MIGRATIONS } from '../../migrations/index.js';
import { AuditLog, verifyChain, type Verdict } from '../audit/index.js';
import { Clock } from '../common/index.js';
import { environment, readSettings } from '../config/index.js';
import { Database, openDataSources } from '../database/index.js';
import { ENTITIES } from '../entities.js';

/** Verifies every chain of the database that the environment names. */
export async function verifyDatabase(): Promise<Verdict[]> {
  const { database: settings } = readSettings(environment());
  const database = new Database(await openDataSources(settings, ENTITIES, MIGRATIONS));
  try {
    const log = new AuditLog(database, new Clock());
    const verdicts: Verdict[] = [];
    for (const chain of await log.chains()) verdicts.push(await verifyChain(log, chain));
    return verdicts;
  } finally {
    await database.close();
  }
}
