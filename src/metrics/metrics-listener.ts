import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { fastify, type FastifyInstance } from 'fastify';
import { problem, PROBLEMS, toCountersignError } from '../common/index.js';
import { Settings } from '../config/index.js';
import { MetricsAccess } from './metrics-access.js';
import { Metrics } from './metrics.js';

/** Time for a request to arrive completely. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Serves the metrics on a port of their own, `METRICS_PORT`, that need not be reachable by the API's clients. */
@Injectable()
export class MetricsListener implements BeforeApplicationShutdown {
  private server?: FastifyInstance;

  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
    private readonly settings: Settings,
  ) {}

  /** Does nothing without `METRICS_PORT`. */
  async listen(): Promise<void> {
    const { host, metrics } = this.settings;
    if (metrics.port === undefined) return;
    this.server = fastify({ requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true });
    this.server.setErrorHandler((error, request, reply) => {
      const { code, message } = toCountersignError(error);
      const { status } = PROBLEMS[code];
      if (status === 401) void reply.header('www-authenticate', 'Bearer');
      return reply
        .status(status)
        .type('application/problem+json')
        .send(problem(code, message, request.id));
    });
    this.server.get('/metrics', async ({ headers }, reply) => {
      this.access.check(headers.authorization);
      return reply.type(this.metrics.registry.contentType).send(await this.metrics.text());
    });
    await this.server.listen({ port: metrics.port, host });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.server?.close();
  }
}
