import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { WithPlannedCall } from '../credentials/index.js';
import { validated, type HttpReply, type HttpRequest, type TenantCaller, type WithCaller } from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { CallDto } from './call.dto.js';
import { Dispatcher } from './dispatcher.js';
import type { CallFrame } from './upstream.js';

/** A call on its way through the guards. */
export interface WithCall extends WithPlannedCall {
  call?: CallDto;
  frame?: CallFrame;
}

/**
 * Finds out what is called before the schema's guard is asked about it. Guards run before pipes, so the body is checked here.
 */
@Injectable()
export class PlanGuard implements CanActivate {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest & WithCaller & WithCall>();
    const { gpt_id: gptId } = request.params as { gpt_id: string };
    request.call = validated(CallDto, request.body);
    const caller = request.caller as TenantCaller;
    const { user } = request.call;
    if (user !== undefined) {
      const reply = context.switchToHttp().getResponse<HttpReply>();
      applyLimit(reply, await this.limits.take('user', `${caller.tenantId} ${user}`));
    }
    request.frame = this.dispatcher.frame(request.call);
    request.plannedCall = await this.dispatcher.plan(caller, gptId, request.call);
    return true;
  }
}
