import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WithCaller } from './common/index.js';
import type { AllowedOrigins } from './tenants/index.js';

const ALLOWED_METHODS = 'GET, POST, PUT, PATCH, DELETE';
const ALLOWED_HEADERS = 'Authorization, X-API-Key, Content-Type, If-None-Match';
const EXPOSED_HEADERS = 'X-Request-Id, ETag, Retry-After, RateLimit, RateLimit-Policy';

/** How long a browser remembers a preflight. */
const MAX_AGE_SECONDS = 600;

/**
 * Lets pages of the origins that a tenant allows read what they are answered with that tenant's keys (the Fetch standard, CORS protocol).
 * Without such origins no page may, and no cookie ever counts.
 *
 * A preflight carries no key, so it cannot be a tenant's: it is answered where any tenant allows the origin. It gives nothing away but
 * that; what counts is the answer to the request itself, which is for the key's tenant to allow.
 */
export function allowOrigins(server: FastifyInstance, origins: AllowedOrigins): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!isApi(request)) return undefined;
    const { origin } = request.headers;
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (origin === undefined || !isPreflight || !(await origins.ofAnyone(origin))) return undefined;
    return reply
      .headers({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': ALLOWED_METHODS,
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': String(MAX_AGE_SECONDS),
        vary: 'Origin',
      })
      .status(204)
      .send();
  });
  server.addHook('onSend', async (request: FastifyRequest & WithCaller, reply, payload) => {
    if (isApi(request) && request.method !== 'OPTIONS') await allow(request, reply, origins);
    return payload;
  });
}

async function allow(request: FastifyRequest & WithCaller, reply: FastifyReply, origins: AllowedOrigins) {
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  const tenantId = request.caller?.tenantId;
  if (origin === undefined || tenantId === undefined || !(await origins.of(tenantId, origin))) return;
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
    'cross-origin-resource-policy': 'cross-origin',
  });
}

function isApi({ url }: FastifyRequest): boolean {
  return url.startsWith('/v1/');
}
