import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppParts } from './app.module.js';
import { NestLogger } from './common/index.js';
import { serveConsole } from './console/index.js';
import type { Database } from './database/index.js';
import { ApiDocument, configureHttp, createHttpAdapter, ProblemFilter, serveDocumentationPages } from './http/index.js';

/** Creates the application, ready to listen. */
export async function createApp(parts: AppParts): Promise<NestFastifyApplication> {
  const { logger, settings } = parts;
  const problems = new ProblemFilter(logger);
  let database: Database | undefined;
  const module = AppModule.with({ ...parts, onOpen: (opened) => (database = opened) });
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(settings, problems), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  }).catch(async (error: unknown) => {
    await database?.close();
    throw error;
  });
  app.useGlobalFilters(problems);
  configureHttp(app, settings, logger);
  app.get(ApiDocument).serve(app);
  serveDocumentationPages(app);
  await serveConsole(app);
  await app.init();
  return app;
}
