import type { FastifyInstance } from 'fastify';
import type { Logger } from '../common/index.js';
import type { Metrics } from '../metrics/index.js';

/**
 * Logs and measures every response, by the route's pattern: a path may hold a ticket, a query an authorization code.
 */
export function recordRequests(server: FastifyInstance, metrics: Metrics, logger: Logger): void {
  // None of the fields is secret, and redaction would cost more than writing the line.
  const requestLog = logger.child({}, { redact: [] });
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    metrics.requests.observe({ method, route, status }, reply.elapsedTime / 1000);
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    requestLog.info({ request_id: request.id, method, route, status, milliseconds }, 'answered');
    done();
  });
}
