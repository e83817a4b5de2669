import { parseArgs } from 'node:util';
import type { ChainHead } from '../audit/index.js';

const USAGE = `npm run audit:verify                        verify every chain in the database
npm run audit:verify -- --file <export>     verify an exported chain
       [--head <sequence>:<hash>]           and that it contains this event, which you noted earlier
`;

const { file, head } = readArguments();

// The usage is printed without loading anything else, and an export is verified without loading the database.
const { runCommand } = await import('./run-command.js');
const { formatVerdict, verifyExport } = await import('./verify-export.js');

await runCommand(async () => {
  const verdicts = file
    ? [await verifyExport(file, head)]
    : await import('./verify-database.js').then(({ verifyDatabase }) => verifyDatabase());
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
