import type { HttpReply, HttpRequest } from '../common/index.js';
import { pageHeaders } from './layout.js';
import { isSpeculative } from './speculative-request.js';

/** Redirects a browser with a GET (RFC 9110, section 15.4.4). */
export async function redirect(reply: HttpReply, location: string): Promise<void> {
  await reply.headers(pageHeaders()).status(303).header('location', location).send();
}

/**
 * Answers a request that no user has asked for, of a page that may be requested once. A browser discards a prefetched page that failed, and asks
 * again when the user is there.
 *
 * @returns whether the request was answered
 */
export async function answerSpeculative(request: HttpRequest, reply: HttpReply): Promise<boolean> {
  if (!isSpeculative(request)) return false;
  const status = request.method === 'HEAD' ? 200 : 503;
  await reply.headers(pageHeaders()).status(status).send();
  return true;
}
