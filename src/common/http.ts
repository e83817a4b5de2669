import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { randomText } from './ids.js';

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

/** A caller's own request id is kept where it is harmless in a header and a log; else there is a new one. */
export function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomText(26);
}
