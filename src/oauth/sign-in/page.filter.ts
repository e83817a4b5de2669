import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  asCountersignError,
  logFailure,
  Logger,
  PROBLEMS,
  type HttpReply,
  type HttpRequest,
} from '../../common/index.js';
import { RateLimitedError } from '../../limits/index.js';
import { pageHeaders } from '../pages/layout.js';
import { outcomePage } from '../pages/outcome-page.js';
import { REFUSALS, TOO_FAST } from './outcomes.js';
import { SignInRefusedError } from './sign-in-refused.error.js';

/** People get a page where programs get a problem. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const { id } = host.switchToHttp().getRequest<HttpRequest>();
    const reply = host.switchToHttp().getResponse<HttpReply>();
    const { status, ...outcome } =
      thrown instanceof SignInRefusedError ? REFUSALS[thrown.reason] : this.failure(thrown, id);
    void reply
      .status(status)
      .headers(pageHeaders())
      .send(outcomePage({ ...outcome, reference: id }));
  }

  private failure(thrown: unknown, requestId: string) {
    if (thrown instanceof RateLimitedError) return TOO_FAST;
    const error = asCountersignError(thrown);
    const { status } = PROBLEMS[error.code];
    logFailure(this.logger, error, requestId);
    const text = 'Nothing was connected. Open the link again in a moment, or ask your assistant for a new one.';
    return { status, tone: 'bad' as const, title: 'Something went wrong', text };
  }
}
