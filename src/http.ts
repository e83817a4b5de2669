import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyBodyParser, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CountersignError, RouteList, type Logger } from './common/index.js';
import type { Settings } from './config/index.js';
import { allowOrigins } from './cors.js';
import { addSecurityHeaders } from './http-headers.js';
import { Metrics } from './metrics/index.js';
import { AllowedOrigins } from './tenants/index.js';

/** A document of 32 MiB, as it may look inside a JSON string. */
const DOCUMENT_BODY_LIMIT = 68 * 1_048_576;

const DOCUMENT_ROUTES = /^\/v1\/(gpts\/:gpt_id\/(actions(\/:action_id)?|imports)|openapi\/(check|format))$/;

/** What holds for every request: which bodies are read, what every answer carries, what is counted and logged. */
export async function prepareHttp(app: NestFastifyApplication, settings: Settings, logger: Logger): Promise<void> {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const metrics = app.get(Metrics);
  // One line for every request, of fields that hold nothing secret: looking for it would cost more than the line.
  const requestLog = logger.child({}, { redact: [] });
  server.server.maxConnections = settings.http.maxConnections;
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, jsonOrNothing(server));
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, formOfPages);
  server.addHook('onRoute', (route) => {
    if (DOCUMENT_ROUTES.test(route.url)) route.bodyLimit = DOCUMENT_BODY_LIMIT;
    for (const method of [route.method].flat()) app.get(RouteList).routes.push({ method, path: route.url });
  });
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    refuseCoded(request);
  });
  await addSecurityHeaders(app, settings.publicUrl);
  allowOrigins(server, app.get(AllowedOrigins));
  server.addHook('onResponse', async (request, reply) => report(request, reply, metrics, requestLog));
  stopPromptly(server);
}

/**
 * Lets a stop wait for answers that are under way and for nothing else. Node closes what is idle once, when the stop begins, and does not
 * count as idle what browsers and balancers opened ahead of need; either would hold the process for a minute.
 */
function stopPromptly(server: FastifyInstance): void {
  const unused = new Set<Socket>();
  let isStopping = false;
  server.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  server.addHook('preClose', async () => {
    isStopping = true;
    for (const socket of unused) socket.destroy();
  });
  server.addHook('onResponse', async () => {
    if (isStopping) setImmediate(() => server.server.closeIdleConnections());
  });
}

/** A body that is compressed could be a thousand times as large as what is read of it. */
function refuseCoded({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding'];
  if (coding === undefined || coding.toLowerCase() === 'identity') return;
  throw new CountersignError('unsupported_media_type', 'send the body without a content coding');
}

/** JSON, or no body at all: many clients name the content type also where they send nothing. */
function jsonOrNothing(server: FastifyInstance): FastifyBodyParser<string> {
  const parse = server.getDefaultJsonParser('error', 'error') as FastifyBodyParser<string>;
  return (request, body, done) => (body === '' ? done(null, undefined) : parse(request, body, done));
}

/** Only the pages' buttons send forms; the API speaks JSON. */
async function formOfPages(request: FastifyRequest, body: string): Promise<Record<string, string>> {
  if (/^\/(signin|connected)\//.test(request.url)) return Object.fromEntries(new URLSearchParams(body));
  throw new CountersignError('unsupported_media_type', 'send the body as application/json');
}

/** By the route's pattern: a path may hold a ticket, a query a code. */
function report(request: FastifyRequest, reply: FastifyReply, metrics: Metrics, logger: Logger): void {
  const { method } = request;
  const route = request.routeOptions.url ?? 'none';
  const status = reply.statusCode;
  metrics.requests.observe({ method, route, status }, reply.elapsedTime / 1000);
  const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
  logger.info({ request_id: request.id, method, route, status, milliseconds }, 'answered');
}
