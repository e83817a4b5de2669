import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { MIGRATIONS } from '../../migrations/index.js';
import { AuditEvents, verifyChain, verifyLines, type ChainHead, type Verdict } from '../audit/index.js';
import { environment, readSettings } from '../config/index.js';
import { Database, openDataSources } from '../database/index.js';
import { ENTITIES } from '../entities.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run audit:verify                        verify every chain in the database
npm run audit:verify -- --file <export>     verify an exported chain
       [--head <sequence>:<hash>]           and that it contains this event, which you noted earlier
`;

const { file, head } = readArguments();

await runCommand(async () => {
  const lines = file && createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  const verdicts = lines ? [await verifyLines(lines, head)] : await verifyDatabase();
  for (const verdict of verdicts) process.stdout.write(`${formatVerdict(verdict)}\n`);
  process.exitCode = verdicts.some(({ fault }) => fault) ? 1 : 0;
});

function readArguments(): { file?: string; head?: ChainHead } {
  try {
    const { values } = parseArgs({ options: { file: { type: 'string' }, head: { type: 'string' } } });
    const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(values.head ?? '') ?? [];
    if (values.head !== undefined && (!hash || values.file === undefined)) throw new Error('invalid --head');
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
    const log = new AuditEvents(database);
    const verdicts: Verdict[] = [];
    for (const chain of await log.chains()) verdicts.push(await verifyChain(log, chain));
    return verdicts;
  } finally {
    await database.close();
  }
}

function formatVerdict({ chain, reached: { sequence, hash }, unchained, fault }: Verdict): string {
  if (fault) return `${chain}: broken at event ${fault.sequence}: ${fault.fault}`;
  const others = unchained > 0 ? `, ${unchained} not chained yet` : '';
  return `${chain}: sound, ${sequence} events, head ${sequence}:${hash}${others}`;
}
