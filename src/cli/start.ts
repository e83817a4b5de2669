import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../app.js';
import { createLogger, type Logger } from '../common/index.js';
import { environment, misspelledVariables, type Settings } from '../config/index.js';
import { ApiDocument } from '../http/index.js';
import { MetricsListener } from '../metrics/index.js';
import { loadSettings } from './load-settings.js';
import { stopOnSignals } from './stop-on-signals.js';

/** Starts the server with the settings of the environment. */
export async function start(): Promise<NestFastifyApplication> {
  const variables = environment();
  const {
    settings,
    operator: { key, createdIn },
  } = loadSettings(variables);
  const logger = createLogger(settings.logLevel);
  for (const { variable, suggestion } of misspelledVariables(variables)) {
    logger.warn({ variable }, `unknown variable ${variable} is ignored; did you mean ${suggestion}?`);
  }
  warnAboutDebugOutput(settings, logger);
  warnAboutOpenMetrics(settings, logger);
  warnAboutUncheckedAddresses(settings, logger);
  const app = await createApp({ settings, operatorKey: key, logger });
  stopOnSignals(app, settings, logger);
  app.get(ApiDocument).prepare();
  await app.get(MetricsListener).listen();
  await app.listen(settings.port, settings.host);
  const { publicUrl } = settings;
  if (createdIn) logger.info({ file: createdIn }, 'created an operator key in this file');
  const urls = { url: publicUrl, console: `${publicUrl}/console`, docs: `${publicUrl}/docs` };
  logger.info(urls, 'Countersign is listening');
  return app;
}

/** Warns about variables that make Node and libraries print requests with their headers, and commands with their arguments. */
function warnAboutDebugOutput({ debugging }: Settings, logger: Logger): void {
  if (debugging.length === 0) return;
  logger.warn(
    { variables: debugging },
    'these variables make Node and libraries print secrets; unset them before you store real ones',
  );
}

/** Warns if the proxy resolves names: nothing here recognizes a name that leads into the proxy's own network. */
function warnAboutUncheckedAddresses({ egressProxy, egressProxyResolves }: Settings, logger: Logger): void {
  if (egressProxy === undefined || !egressProxyResolves) return;
  logger.warn(
    { variable: 'EGRESS_PROXY_RESOLVES' },
    'addresses of hosts are not checked, because the proxy resolves their names; deny private addresses at the proxy',
  );
}

/** Warns in production if everyone who reaches the server can read its metrics. */
function warnAboutOpenMetrics({ production, metrics: { token, port } }: Settings, logger: Logger): void {
  if (!production || token !== undefined || port !== undefined) return;
  logger.warn({ route: '/metrics' }, 'anyone can read /metrics; set METRICS_TOKEN or METRICS_PORT');
}
