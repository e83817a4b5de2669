import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { createLogger, NestLogger } from '../common/index.js';
import { environment } from '../config/index.js';
import { RotationsService } from '../vault/index.js';
import { loadSettings } from './load-settings.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run rotate -- data [tenant_id]   create new data keys and re-encrypt every secret with them
npm run rotate -- kek [tenant_id]    re-wrap data keys under the first key of VAULT_KEYS
`;

const POLL_INTERVAL_MS = 500;

const [, , kind, tenantId, ...rest] = process.argv;
if ((kind !== 'data' && kind !== 'kek') || rest.length > 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}

await runCommand(async () => {
  process.exitCode = (await rotate(kind)) > 0 ? 1 : 0;
});

/** Runs a rotation alongside the servers and prints its progress. @returns how many secrets cannot be decrypted */
async function rotate(kind: 'data' | 'kek'): Promise<number> {
  const { settings, operator } = loadSettings(environment());
  const logger = createLogger(settings.logLevel === 'info' ? 'warn' : settings.logLevel);
  const parts = { settings, operatorKey: operator.key, logger };
  const app = await NestFactory.createApplicationContext(AppModule.with(parts), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  try {
    const rotations = app.get(RotationsService);
    let rotation = await rotations.create('system', kind, tenantId);
    for (let lastLine = ''; ; rotation = await rotations.get(rotation.id)) {
      const { id, status, progress, error } = rotation;
      const counts = `${progress.done} of ${progress.total ?? '?'}, ${progress.failed} cannot be decrypted`;
      const line = `${id} ${status}: ${counts}${error ? `; ${error}` : ''}\n`;
      if (line !== lastLine) process.stdout.write(line);
      lastLine = line;
      if (status === 'completed') return progress.failed;
      await wait(POLL_INTERVAL_MS);
    }
  } finally {
    await app.close();
  }
}
