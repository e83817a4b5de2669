import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { CountersignError, createLogger, Logger, stackOf, withoutLikelySecrets } from './common/index.js';
import { environment, InvalidSettingsError, operatorKey, readSettings, type Settings } from './config/index.js';
import { InvalidPresetError } from './oauth/index.js';
import { VaultKeyError } from './vault/index.js';

/** Starts the server from the environment. */
export async function start(): Promise<NestFastifyApplication> {
  const settings = readSettings(environment());
  const { key, createdIn } = operatorKey(settings);
  const logger = createLogger(settings.logLevel);
  warnOfDebugging(settings, logger);
  const app = await createApp({ settings, operatorKey: key, logger });
  await app.listen(settings.port, settings.host);
  const { publicUrl } = settings;
  if (createdIn) logger.info({ file: createdIn }, 'this first start made an operator key; it is in this file');
  const urls = { url: publicUrl, console: `${publicUrl}/console`, docs: `${publicUrl}/docs` };
  logger.info(urls, 'Countersign is listening');
  return app;
}

/** What Node and libraries print for these is theirs: requests with their headers, commands with their arguments. */
function warnOfDebugging({ debugging }: Settings, logger: Logger): void {
  if (debugging.length === 0) return;
  logger.warn(
    { variables: debugging },
    'Node and libraries print what they do, secrets included: unset these variables before real secrets are about',
  );
}

/** Says what is wrong in one line for each mistake, without a stack where the mistake is in the settings. */
export function explain(error: unknown): string {
  if (error instanceof InvalidSettingsError) return error.mistakes.map((line) => `countersign: ${line}`).join('\n');
  const isSaid = [VaultKeyError, InvalidPresetError, CountersignError].some((kind) => error instanceof kind);
  if (error instanceof Error && (isSaid || isStartFailure(error))) {
    return `countersign: ${isSaid ? error.message : withoutLikelySecrets(error.message)}`;
  }
  return `countersign: ${error instanceof Error ? stackOf(error) : withoutLikelySecrets(String(error))}`;
}

/** A port that is taken, a database or Redis that is not there. */
function isStartFailure(error: unknown): error is Error {
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof Error && typeof code === 'string' && /^(E[A-Z]+|ER_[A-Z_]+|SQLITE_[A-Z]+)$/.test(code);
}
