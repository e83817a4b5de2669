import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../common/index.js';
import { SignInRequiredError } from '../credentials/index.js';
import type { Call } from './call.js';
import { Dispatcher } from './dispatcher.js';

/** Answers a call that the guard rejected because its user has to sign in: an outcome of the call, not a problem. */
@Catch(SignInRequiredError)
export class SignInRequiredFilter implements ExceptionFilter {
  constructor(private readonly dispatcher: Dispatcher) {}

  async catch(error: SignInRequiredError, host: ArgumentsHost): Promise<void> {
    const { plannedCall } = host.switchToHttp().getRequest<HttpRequest & { plannedCall: Call }>();
    const outcome = this.dispatcher.signInRequired(plannedCall, error);
    await host.switchToHttp().getResponse<HttpReply>().status(200).send(outcome);
  }
}
