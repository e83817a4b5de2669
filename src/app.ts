import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppModule, type AppParts } from './app.module.js';
import { NestLogger, ProblemFilter, requestId } from './common/index.js';
import { serveConsole } from './console/index.js';
import type { Database } from './database/index.js';
import { BARE_HEADERS } from './http-headers.js';
import { prepareHttp } from './http.js';
import { serveDocumentation } from './swagger.js';

/** Everything but listening. */
export async function createApp(parts: AppParts): Promise<NestFastifyApplication> {
  const { logger, settings } = parts;
  const problems = new ProblemFilter(logger);
  const adapter = new FastifyAdapter({
    genReqId: requestId,
    ...(settings.trustedProxies.length > 0 && { trustProxy: [...settings.trustedProxies] }),
    requestTimeout: settings.http.requestTimeoutMs,
    connectionTimeout: settings.http.idleTimeoutMs,
    http: {
      headersTimeout: settings.http.headersTimeoutMs,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 1000,
    },
    logger: false,
    bodyLimit: 1_048_576,
    // A path that is not even percent-encoded properly never reaches a route, nor its filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply.headers(BARE_HEADERS)),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  let database: Database | undefined;
  const module = AppModule.with({ ...parts, onOpen: (opened) => (database = opened) });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  }).catch(async (error: unknown) => {
    await database?.close();
    throw error;
  });
  app.useGlobalFilters(problems);
  // A stop that went well ends with 0, where the signal sent again would end it as killed.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await prepareHttp(app, settings, logger);
  serveDocumentation(app);
  await serveConsole(app);
  await app.init();
  return app;
}
