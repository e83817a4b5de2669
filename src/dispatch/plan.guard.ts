import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import {
  disconnectSignal,
  type HttpReply,
  type HttpRequest,
  type TenantCaller,
  type WithCaller,
} from '../common/index.js';
import type { WithPlannedCall } from '../credentials/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { readCall } from './read-call.js';
import { Dispatcher } from './dispatcher.js';

/** Plans the call of a request, for the guard of its schema. Guards run before pipes; therefore the body is validated here. */
@Injectable()
export class PlanGuard implements CanActivate {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest & WithCaller & WithPlannedCall>();
    const reply = context.switchToHttp().getResponse<HttpReply>();
    const { gpt_id: gptId } = request.params as { gpt_id: string };
    const caller = request.caller as TenantCaller;
    const body = readCall(request.body);
    if (body.user !== undefined) {
      applyLimit(reply, await this.limits.take('user', `${caller.tenantId} ${body.user}`));
    }
    const options = { signal: disconnectSignal(reply), spentMs: request.admissionMs };
    request.plannedCall = await this.dispatcher.plan(caller, gptId, body, options);
    return true;
  }
}
