import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { createLogger, NestLogger } from './common/index.js';
import { environment, operatorKey, readSettings } from './config/index.js';
import { dieTidily } from './crash.js';
import { explain } from './start.js';
import { RotationsService } from './vault/index.js';

const USAGE = `npm run rotate -- data [tenant_id]   new data keys, and every secret sealed with them
npm run rotate -- kek [tenant_id]    data keys wrapped under the first key of VAULT_KEYS
`;

const [, , scope, tenantId, ...more] = process.argv;
if ((scope !== 'data' && scope !== 'kek') || more.length > 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}

dieTidily();
try {
  process.exitCode = (await rotate(scope)) > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** Rotates as one more process beside the servers, and says how far it is. @returns how many secrets do not open */
async function rotate(kind: 'data' | 'kek'): Promise<number> {
  const settings = readSettings(environment());
  const logger = createLogger(settings.logLevel === 'info' ? 'warn' : settings.logLevel);
  const parts = { settings, operatorKey: operatorKey(settings).key, logger };
  const app = await NestFactory.createApplicationContext(AppModule.with(parts), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  try {
    const rotations = app.get(RotationsService);
    let rotation = await rotations.create('system', kind, tenantId);
    for (let said = ''; ; rotation = await rotations.get(rotation.id)) {
      const { status, progress, error } = rotation;
      const line = `${rotation.id} ${status}: ${progress.done} of ${progress.total ?? '?'}, ${progress.failed} do not open${error ? `; ${error}` : ''}\n`;
      if (line !== said) process.stdout.write(line);
      said = line;
      if (status === 'completed') return progress.failed;
      await wait(500);
    }
  } finally {
    await app.close();
  }
}
