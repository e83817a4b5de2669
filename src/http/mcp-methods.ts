import type { FastifyInstance } from 'fastify';
import { problem } from '../common/index.js';

/** The path of an MCP endpoint. */
export const MCP_PATH = /^\/mcp\/[^/?]+(?=\?|$)/;

const PREFLIGHT_HEADERS = {
  allow: 'POST',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'Authorization, X-API-Key, Content-Type, Countersign-User, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name',
  'access-control-max-age': '600',
};

/**
 * Answers requests to MCP endpoints that are no POST, before anything else about them is checked. `OPTIONS` gets the same response for every
 * origin and GPT: a preflight carries no credential, and the request that follows is rejected unless its tenant allows the origin.
 */
export function rejectOtherMethods(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const { method, url, id } = request;
    if (method === 'POST' || !MCP_PATH.test(url)) return undefined;
    if (method === 'OPTIONS') return reply.headers(PREFLIGHT_HEADERS).status(204).send();
    return reply
      .headers({ allow: 'POST', 'cache-control': 'no-store' })
      .status(405)
      .type('application/problem+json')
      .send(problem('method_not_allowed', 'send MCP messages with POST; there is no stream to open with GET', id));
  });
}
