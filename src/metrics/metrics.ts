import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics. Labels are routes, outcomes and codes; ids, domains and users are never labels. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'countersign_http_request_duration_seconds',
    help: 'Duration of requests, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 45],
    registers: [this.registry],
  });

  readonly calls = new Counter({
    name: 'countersign_calls_total',
    help: 'Calls of operations, by outcome or problem code',
    labelNames: ['outcome', 'schema'],
    registers: [this.registry],
  });

  readonly heldBytes = new Gauge({
    name: 'countersign_held_bytes',
    help: 'Memory reserved for bodies over 1 MiB; limited by CALL_MAX_HELD_BYTES',
    registers: [this.registry],
  });

  readonly waitingForBytes = new Gauge({
    name: 'countersign_calls_waiting_for_bytes',
    help: 'Calls that wait for memory to read on',
    registers: [this.registry],
  });

  readonly refreshes = new Counter({
    name: 'countersign_token_refreshes_total',
    help: 'Refresh token requests, by result',
    labelNames: ['result'],
    registers: [this.registry],
  });

  readonly heldWrites = new Gauge({
    name: 'countersign_held_writes',
    help: 'Writes that failed, are kept in memory and are retried: tokens of refreshes, results of sign-ins',
    labelNames: ['kind'],
    registers: [this.registry],
  });

  readonly signIns = new Counter({
    name: 'countersign_sign_ins_total',
    help: 'Ended sign-ins, by status',
    labelNames: ['status'],
    registers: [this.registry],
  });

  readonly revocations = new Counter({
    name: 'countersign_revocations_total',
    help: 'Attempts to revoke tokens at providers, by result',
    labelNames: ['result'],
    registers: [this.registry],
  });

  readonly clockOffset = new Gauge({
    name: 'countersign_clock_offset_seconds',
    help: "How far the database's clock is ahead of this machine's; the database's is used",
    registers: [this.registry],
  });

  readonly shed = new Counter({
    name: 'countersign_requests_shed_total',
    help: 'Requests rejected with 503, because more arrived than could be served',
    registers: [this.registry],
  });

  readonly limited = new Counter({
    name: 'countersign_rate_limited_total',
    help: 'Requests rejected by a rate limit, by its name',
    labelNames: ['limit'],
    registers: [this.registry],
  });

  constructor() {
    for (const kind of ['refresh', 'sign_in']) this.heldWrites.set({ kind }, 0);
    collectDefaultMetrics({ register: this.registry, prefix: 'countersign_' });
  }

  private rendering: Promise<string> | undefined;

  /** Returns all metrics in the Prometheus text format. Concurrent readers share one text, which takes some milliseconds. */
  text(): Promise<string> {
    this.rendering ??= this.registry.metrics().finally(() => (this.rendering = undefined));
    return this.rendering;
  }
}
