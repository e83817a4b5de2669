import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { createLogger, NestLogger } from '../common/index.js';
import { environment } from '../config/index.js';
import { RotationsService } from '../vault/index.js';
import { loadSettings } from './load-settings.js';

const POLL_INTERVAL_MS = 500;

/** Runs a rotation alongside the servers and prints its progress. @returns how many secrets cannot be decrypted */
export async function runRotation(kind: 'data' | 'kek', tenantId?: string): Promise<number> {
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
