import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { MIGRATIONS } from '../migrations/index.js';
import { AuditLog, verifyChain, verifyLines, type ChainHead, type Verdict } from './audit/index.js';
import { Clock } from './common/index.js';
import { environment, readSettings } from './config/index.js';
import { dieTidily } from './crash.js';
import { Database, openDataSources } from './database/index.js';
import { ENTITIES } from './entities.js';
import { explain } from './start.js';

const USAGE = `npm run audit:verify                        every chain of the database
npm run audit:verify -- --file <export>     a chain as it was exported
       [--head <sequence>:<hash>]           what you know the chain to have had
`;

const { file, head } = readArguments();

dieTidily();
try {
  const lines = file && createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  const verdicts = lines ? [await verifyLines(lines, head)] : await verifyDatabase();
  for (const verdict of verdicts) process.stdout.write(said(verdict));
  process.exitCode = verdicts.some(({ fault }) => fault) ? 1 : 0;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

function readArguments(): { file?: string; head?: ChainHead } {
  try {
    const { values } = parseArgs({ options: { file: { type: 'string' }, head: { type: 'string' } } });
    const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(values.head ?? '') ?? [];
    if (values.head !== undefined && (!hash || values.file === undefined)) throw new Error('no head');
    return { file: values.file, ...(hash && { head: { sequence: Number(sequence), hash } }) };
  } catch {
    process.stderr.write(USAGE);
    process.exit(2);
  }
}

async function verifyDatabase(): Promise<Verdict[]> {
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

function said({ chain, reached: { sequence, hash }, fault }: Verdict): string {
  if (fault) return `${chain}: broken at event ${fault.sequence}: ${fault.fault}\n`;
  return `${chain}: sound, ${sequence} events, head ${sequence}:${hash}\n`;
}
