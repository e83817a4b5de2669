import type { FastifyInstance } from 'fastify';
import type { Role, WithCaller } from '../common/index.js';
import type { Access } from '../tenants/index.js';
import { FairTurns } from './fair-turns.js';

/** The body limit of routes that need no key. */
const PUBLIC_BODY_LIMIT = 16_384;

const REQUESTS_PER_TURN = 4;

/**
 * Authenticates requests, and checks their roles and rate limits, before a byte of their bodies is read. `@Authenticated` declares the roles in
 * the configuration of the route; the routes without them read small bodies only. Then callers take turns.
 */
export function admitBeforeBody(server: FastifyInstance, access: Access): void {
  server.addHook('onRoute', (route) => {
    if (!rolesOf(route.config)) route.bodyLimit = PUBLIC_BODY_LIMIT;
  });
  const turns = new FairTurns(REQUESTS_PER_TURN);
  server.addHook('onRequest', async (request, reply) => {
    const roles = rolesOf(request.routeOptions.config);
    if (roles) await access.admit(request, reply, roles);
  });
  server.addHook('onRequest', (request, _reply, done) => {
    const { caller } = request as WithCaller;
    turns.begin(caller?.tenantId ?? request.ip, done);
  });
}

function rolesOf(config: object | undefined): Role[] | undefined {
  return (config as { roles?: Role[] } | undefined)?.roles;
}
