import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { LargeBodies } from '../actions/index.js';
import type { Logger } from '../common/index.js';
import type { Settings } from '../config/index.js';
import { Metrics } from '../metrics/index.js';
import { Access, AllowedOrigins } from '../tenants/index.js';
import { admitBeforeBody } from './admission.js';
import { addBodyParsers, DOCUMENT_BODY_LIMIT, isDocumentRoute, contentEncodingError } from './body-parsers.js';
import { allowOrigins } from './cors.js';
import { closeConnectionsOnShutdown } from './graceful-shutdown.js';
import { recordRequests } from './request-log.js';
import { RouteList } from './route-list.js';
import { addSecurityHeaders } from './security-headers.js';
import { answerBeforeBodies } from './unread-bodies.js';

/** Adds what applies to every request: body parsing, response headers, CORS, metrics and the request log. */
export function configureHttp(app: NestFastifyApplication, settings: Settings, logger: Logger): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const { routes } = app.get(RouteList);
  server.server.maxConnections = settings.http.maxConnections;
  addBodyParsers(server, app.get(LargeBodies), settings.call.maxRequestCharacters);
  answerBeforeBodies(server);
  server.addHook('onRoute', (route) => {
    if (isDocumentRoute(route.url)) route.bodyLimit = DOCUMENT_BODY_LIMIT;
    for (const method of [route.method].flat()) routes.push({ method, path: route.url });
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done(contentEncodingError(request));
  });
  addSecurityHeaders(server, settings.publicUrl);
  allowOrigins(server, app.get(AllowedOrigins));
  recordRequests(server, app.get(Metrics), logger);
  admitBeforeBody(server, app.get(Access));
  closeConnectionsOnShutdown(server);
}
