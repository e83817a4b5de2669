import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/index.js';
import type { ProblemFilter } from './problem.filter.js';
import { answerClientError } from './client-errors.js';
import { ownPath } from './own-path.js';
import { requestId } from './request-id.js';
import { MINIMAL_SECURITY_HEADERS } from './security-headers.js';

const MAX_BODY_BYTES = 1_048_576;
const MAX_HEADER_BYTES = 16_384;

/** Sign-in tickets are path parameters; Fastify's default of 100 characters would answer them with 404. */
const MAX_PARAMETER_CHARACTERS = 200;

/** Creates the Fastify server: timeouts, size limits and trusted proxies. */
export function createHttpAdapter(
  { basePath, http, trustedProxies }: Settings,
  problems: ProblemFilter,
): FastifyAdapter {
  return new FastifyAdapter({
    genReqId: requestId,
    rewriteUrl: ({ url = '/' }) => ownPath(url, basePath),
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    requestTimeout: http.requestTimeoutMs,
    connectionTimeout: http.idleTimeoutMs,
    http: {
      headersTimeout: http.headersTimeoutMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: 1000,
    },
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    // A path that is not valid percent-encoding never reaches a route or its filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply.headers(MINIMAL_SECURITY_HEADERS)),
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
  });
}
