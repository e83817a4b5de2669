import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WithCaller } from '../common/index.js';
import type { AllowedOrigins } from '../tenants/index.js';
import { MCP_PATH } from './mcp-methods.js';

const ALLOWED_METHODS = 'GET, POST, PUT, PATCH, DELETE';
const ALLOWED_HEADERS = 'Authorization, X-API-Key, Content-Type, If-Match, If-None-Match';
const EXPOSED_HEADERS = 'X-Request-Id, ETag, Retry-After, RateLimit, RateLimit-Policy';

const MCP_EXPOSED_HEADERS = `${EXPOSED_HEADERS}, Mcp-Session-Id, WWW-Authenticate`;

/** Public metadata, which clients of any origin read with a header of their protocol. */
const METADATA_PREFLIGHT_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'MCP-Protocol-Version, Content-Type',
  'access-control-max-age': '600',
};

const PREFLIGHT_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': ALLOWED_METHODS,
  'access-control-allow-headers': ALLOWED_HEADERS,
  'access-control-max-age': '600',
};

/**
 * Lets pages of the origins that a tenant allows read responses to requests with that tenant's keys (Fetch standard, CORS protocol).
 * Without allowed origins no page can, and cookies never count: `Access-Control-Allow-Credentials` is never sent.
 *
 * A preflight carries no key, so its tenant is unknown. Every preflight gets the same response, which reveals nothing about tenants; the request
 * itself is rejected unless its tenant allows the origin (`Access.admit`).
 */
export function allowOrigins(server: FastifyInstance, origins: AllowedOrigins): void {
  server.addHook('onRequest', async (request, reply) => {
    const { headers, method } = request;
    const isPreflight =
      method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return undefined;
    if (isApi(request)) return reply.headers(PREFLIGHT_HEADERS).status(204).send();
    return isMetadata(request) ? reply.headers(METADATA_PREFLIGHT_HEADERS).status(204).send() : undefined;
  });
  server.addHook('onSend', async (request: FastifyRequest & WithCaller, reply, payload) => {
    const isShared = isApi(request) || isMcp(request);
    if (isShared && request.method !== 'OPTIONS') await addCorsHeaders(request, reply, origins);
    return payload;
  });
}

async function addCorsHeaders(request: FastifyRequest & WithCaller, reply: FastifyReply, origins: AllowedOrigins) {
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  const tenantId = request.caller?.tenantId;
  if (origin === undefined || tenantId === undefined || !(await origins.isAllowed(tenantId, origin))) return;
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': isMcp(request) ? MCP_EXPOSED_HEADERS : EXPOSED_HEADERS,
    'cross-origin-resource-policy': 'cross-origin',
  });
}

function isApi({ url }: FastifyRequest): boolean {
  return url.startsWith('/v1/');
}

function isMcp({ url }: FastifyRequest): boolean {
  return MCP_PATH.test(url);
}

function isMetadata({ url }: FastifyRequest): boolean {
  return url.startsWith('/.well-known/');
}
