import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Endpoints of authorization servers that pages of every origin may read: they use no cookies. Browsers navigate to the others. */
const OPEN_ENDPOINTS = /^\/(?:\.well-known\/|mcp\/[^/?]+\/(?:(?:token|register|revoke)(?:\?|$)|\.well-known\/))/;

const OPEN_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
};

const PREFLIGHT_HEADERS = {
  ...OPEN_HEADERS,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, MCP-Protocol-Version',
  'access-control-max-age': '600',
};

/** Opens metadata, `/token`, `/register` and `/revoke` to pages of every origin (Fetch standard, CORS protocol). */
export function openEndpoints(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!isOpen(request)) return undefined;
    if (request.method === 'OPTIONS') return reply.headers(PREFLIGHT_HEADERS).status(204).send();
    return void reply.headers(OPEN_HEADERS);
  });
}

function isOpen({ url }: FastifyRequest): boolean {
  return OPEN_ENDPOINTS.test(url);
}
