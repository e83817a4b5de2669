import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  logFailure,
  Logger,
  PROBLEMS,
  toCountersignError,
  type HttpReply,
  type HttpRequest,
} from '../../common/index.js';
import { OAuthError } from './oauth-error.js';

/** Answers failures in the format that OAuth clients read (RFC 6749, section 5.2), where the API would return a problem. */
@Catch()
export class OAuthErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const { status, code, message } = this.describe(thrown, http.getRequest<HttpRequest>().id);
    const reply = http.getResponse<HttpReply>();
    if (status === 503) void reply.header('retry-after', '5');
    await reply
      .status(status)
      .headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      .send({ error: code, error_description: message });
  }

  private describe(thrown: unknown, requestId: string): { status: number; code: string; message: string } {
    if (thrown instanceof OAuthError)
      return { status: thrown.status, code: thrown.code, message: quotable(thrown.message) };
    const error = toCountersignError(thrown);
    logFailure(this.logger, error, requestId);
    const { status } = PROBLEMS[error.code];
    if (status === 429 || status === 503) return { status, code: 'temporarily_unavailable', message: error.message };
    return { status, code: status < 500 ? 'invalid_request' : 'server_error', message: quotable(error.message) };
  }
}

/** Returns a text of the characters that `error_description` may have (RFC 6749, section 5.2). */
export function quotable(message: string): string {
  return message.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?');
}
