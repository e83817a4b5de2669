import { parseArgs } from 'node:util';

const USAGE = `npm run rotate -- data [tenant_id]   create new data keys and re-encrypt every secret with them
npm run rotate -- kek [tenant_id]    re-wrap data keys under the first key of VAULT_KEYS
`;

const { kind, tenantId } = readArguments();

// The usage is printed without loading the application.
const { runCommand } = await import('./run-command.js');
const { runRotation } = await import('./run-rotation.js');

await runCommand(async () => {
  process.exitCode = (await runRotation(kind, tenantId)) > 0 ? 1 : 0;
});

function readArguments(): { kind: 'data' | 'kek'; tenantId?: string } {
  try {
    const [kind, tenantId, ...rest] = parseArgs({ allowPositionals: true }).positionals;
    if ((kind !== 'data' && kind !== 'kek') || rest.length > 0) throw new Error('invalid arguments');
    return { kind, tenantId };
  } catch {
    process.stderr.write(USAGE);
    process.exit(2);
  }
}
