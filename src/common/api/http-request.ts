import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

export type HttpRequest = FastifyRequest;
export type HttpReply = FastifyReply;

/** Returns the client's IP address: the peer's, or what trusted proxies report if that is an IP address. */
export function addressOf(request: HttpRequest): string {
  const { ip } = request;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.IPv6.isValid(ip);
  return isAddress ? ip : (request.socket.remoteAddress ?? '');
}
