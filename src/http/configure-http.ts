import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { LargeBodies } from '../actions/index.js';
import type { Logger } from '../common/index.js';
import type { Settings } from '../config/index.js';
import { BufferMemory } from '../egress/index.js';
import { Drain } from '../health/index.js';
import { McpAdmission } from '../mcp/index.js';
import { Metrics } from '../metrics/index.js';
import { Access, AllowedOrigins } from '../tenants/index.js';
import { admitBeforeBody } from './admission.js';
import { addBodyParsers, contentEncodingError } from './bodies/body-parsers.js';
import { LargeRequests } from './bodies/large-requests.js';
import { allowOrigins } from './cors.js';
import { rejectOtherMethods } from './mcp-methods.js';
import { openEndpoints } from './open-endpoints.js';
import { closeConnectionsOnDrain, closeConnectionsOnShutdown } from './graceful-shutdown.js';
import { recordRequests } from './request-log.js';
import { RouteList } from './route-list.js';
import { addSecurityHeaders } from './security-headers.js';
import { answerBeforeBodies } from './bodies/unread-bodies.js';

/** Adds what applies to every request: body parsing, response headers, CORS, metrics and the request log. */
export function configureHttp(app: NestFastifyApplication, settings: Settings, logger: Logger): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const { routes } = app.get(RouteList);
  server.server.maxConnections = settings.http.maxConnections;
  addBodyParsers(server, {
    largeBodies: app.get(LargeBodies),
    largeRequests: new LargeRequests(app.get(BufferMemory)),
    // Each value of a call takes two characters of its request.
    maxCallValues: settings.call.maxRequestCharacters / 2,
  });
  answerBeforeBodies(server);
  server.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push({ method, path: route.url });
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done(contentEncodingError(request));
  });
  addSecurityHeaders(server, settings.publicUrl);
  rejectOtherMethods(server);
  allowOrigins(server, app.get(AllowedOrigins));
  openEndpoints(server);
  const metrics = app.get(Metrics);
  recordRequests(server, metrics, logger);
  admitBeforeBody(server, { keys: app.get(Access), others: { mcp: app.get(McpAdmission) } }, metrics);
  closeConnectionsOnDrain(server, app.get(Drain));
  closeConnectionsOnShutdown(server);
}
