import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem, type Role, type WithCaller } from '../common/index.js';
import type { Metrics } from '../metrics/index.js';
import { FairTurns } from './bodies/fair-turns.js';
import { ControlledDelay } from './controlled-delay.js';

/** The body limit of routes that need no key. */
const PUBLIC_BODY_LIMIT = 16_384;

const REQUESTS_PER_TURN = 4;

/** Routes that tell how the process is, also during an overload. */
const NEVER_REJECTED: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics']);

/** What admits requests, before their bodies are read. */
export interface Admissions {
  /** Admits callers with API keys of certain roles. */
  keys: { admit(request: FastifyRequest, reply: FastifyReply, roles: readonly Role[]): Promise<void> };
  /** By the name that `@AdmittedBy` gives: admits clients of other protocols. */
  others: Readonly<Record<string, { admit(request: FastifyRequest, reply: FastifyReply): Promise<void> }>>;
}

/**
 * Authenticates requests, and checks their roles and rate limits, before a byte of their bodies is read. `@Authenticated` declares the roles in
 * the configuration of the route, and `@AdmittedBy` what else admits its requests; the routes without them read small bodies only. Then callers take turns, and a request whose turn comes too late
 * is rejected: 503 with `Retry-After`.
 *
 * @param delay replaceable for tests
 */
export function admitBeforeBody(
  server: FastifyInstance,
  admissions: Admissions,
  metrics: Metrics,
  delay = new ControlledDelay(),
): void {
  server.addHook('onRoute', (route) => {
    const { roles, admission } = configOf(route.config);
    if (!roles && admission === undefined) route.bodyLimit = PUBLIC_BODY_LIMIT;
  });
  const turns = new FairTurns(REQUESTS_PER_TURN);
  server.addHook('onRequest', async (request, reply) => {
    const { roles, admission } = configOf(request.routeOptions.config);
    if (roles) await admissions.keys.admit(request, reply, roles);
    if (admission !== undefined) await admissionOf(admissions, admission).admit(request, reply);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const { caller } = request as WithCaller;
    const arrivedAt = delay.arrive(turns.isEmpty);
    turns.begin(caller?.tenantId ?? request.ip, () => {
      (request as WithCaller).admissionMs = reply.elapsedTime;
      if (!delay.hasWaitedTooLong(arrivedAt) || NEVER_REJECTED.has(request.routeOptions.url)) return done();
      metrics.shed.inc();
      reject(request, reply);
    });
  });
}

/** Answers at once: thousands of these in a second must cost little, so nothing is thrown and no failure is logged. */
function reject({ id }: FastifyRequest, reply: FastifyReply): void {
  void reply
    .code(503)
    .header('retry-after', '5')
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(problem('unavailable', 'more requests arrive than can be served; retry later', id));
}

interface RouteAccess {
  roles?: Role[];
  admission?: string;
}

function configOf(config: object | undefined): RouteAccess {
  return (config ?? {}) as RouteAccess;
}

function admissionOf({ others }: Admissions, name: string): Admissions['others'][string] {
  const admission = others[name];
  if (!admission) throw new Error(`no admission has the name ${name}`);
  return admission;
}
