import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { CountersignError } from './errors.js';
import type { HttpReply, HttpRequest } from './http.js';
import { withoutLikelySecrets } from './likely-secrets.js';
import { Logger } from './logger.js';
import { problem, PROBLEMS, type ProblemCode } from './problems.js';

/** Turns whatever was thrown into a problem (RFC 9457): the one place where a failure gets its body. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<HttpRequest>(), http.getResponse<HttpReply>());
  }

  answer(thrown: unknown, request: HttpRequest, reply: HttpReply): void {
    const error = asCountersignError(thrown);
    const body = { ...error.extensions, ...problem(error.code, error.message, request.id, error.errors) };
    logFailure(this.logger, error, request.id);
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (body.status === 503) void reply.header('retry-after', '5');
    // Again, for what failed before any hook could set it.
    void reply
      .header('x-request-id', request.id)
      .header('cache-control', 'no-store')
      .status(body.status)
      .type('application/problem+json')
      .send(body);
  }
}

/** Our own troubles are errors with all there is to know; an upstream's are worth a line. */
export function logFailure(logger: Logger, error: CountersignError, requestId: string): void {
  const { status } = PROBLEMS[error.code];
  const line = { problem: error.code, request_id: requestId };
  if (status === 500 || status === 503) logger.error({ err: error.cause ?? error, ...line }, error.message);
  else if (status > 500) logger.warn(line, error.message);
}

/** What the framework throws, in our words; anything unexpected becomes `internal`, its cause for the log only. */
export function asCountersignError(thrown: unknown): CountersignError {
  if (thrown instanceof CountersignError) return thrown;
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  if (code === undefined) return new CountersignError('internal', 'the failure has been logged', [], { cause: thrown });
  return new CountersignError(code, FRAMEWORK_DETAILS[code] ?? detailOf(thrown as Error));
}

/** Its messages may quote what was sent. */
function detailOf(thrown: Error & { code?: string }): string {
  return thrown.code === 'FST_ERR_BAD_URL'
    ? 'the path is not percent-encoded properly'
    : withoutLikelySecrets(thrown.message);
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

const FRAMEWORK_CODES: Partial<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'request_too_large',
  // An id that is longer than any.
  414: 'not_found',
  415: 'unsupported_media_type',
  503: 'unavailable',
};

const FRAMEWORK_DETAILS: Partial<Record<ProblemCode, string>> = {
  not_found: 'there is no such route',
  request_too_large: 'the body is larger than this route takes',
  unsupported_media_type: 'send the body as application/json',
};
