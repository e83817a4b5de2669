import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

export type HttpRequest = FastifyRequest;
export type HttpReply = FastifyReply;

/**
 * Where a request comes from: its peer, or what the proxies that are trusted say of it. What they hand on may be no address at all.
 */
export function addressOf(request: HttpRequest): string {
  const { ip } = request;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.IPv6.isValid(ip);
  return isAddress ? ip : (request.socket.remoteAddress ?? '');
}
