import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '../common/index.js';
import type { Settings } from '../config/index.js';
import { drainConnections } from '../http/index.js';

/** Stops the process cleanly on SIGTERM and SIGINT. A second signal skips the waiting for clients and load balancers. */
export function stopOnSignals(app: NestFastifyApplication, { shutdown }: Settings, logger: Logger): void {
  const hurry = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await drainConnections(app, shutdown.delayMs, hurry.signal);
    await app.close();
  };
  const exit = async () => {
    try {
      await stop();
      process.exit(0);
    } catch (err) {
      logger.error({ err }, 'the process stopped, but something failed on the way');
      process.exit(1);
    }
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) hurry.abort();
    else logger.info({ signal }, 'stopping');
    stopping ??= exit();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}
