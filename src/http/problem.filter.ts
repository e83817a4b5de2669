import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  toCountersignError,
  logFailure,
  problem,
  PROBLEMS,
  type HttpReply,
  type HttpRequest,
  type Logger,
} from '../common/index.js';
import { rejectedMessage } from '../mcp/index.js';

/** Turns whatever was thrown into a problem (RFC 9457): the one place where a failure gets its body. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<HttpRequest>(), http.getResponse<HttpReply>());
  }

  answer(thrown: unknown, request: HttpRequest, reply: HttpReply): void {
    const error = toCountersignError(thrown);
    const { status } = PROBLEMS[error.code];
    logFailure(this.logger, error, request.id);
    if (status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
    if (status === 503) void reply.header('retry-after', '5');
    // Again, for what failed before any hook could set it.
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store').status(status);
    const rejection = status === 400 ? rejectedMessage(request, error) : undefined;
    if (rejection) return void reply.type('application/json').send(rejection);
    const body = { ...error.extensions, ...problem(error.code, error.message, request.id, error.errors) };
    void reply.type('application/problem+json').send(body);
  }
}
