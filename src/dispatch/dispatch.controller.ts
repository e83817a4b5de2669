import { Controller, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ActionAuthGuard, type Credential, type PlannedCall } from '../credentials/index.js';
import { ApiProblems, ApiProblemsAs, Authenticated, type HttpReply, type HttpRequest } from '../common/index.js';
import { ApiCallOutcomes, CALL_OUTCOME_SCHEMA, CallDto, CallProblemDto, type CallOutcome } from './call.dto.js';
import { Dispatcher } from './dispatcher.js';
import { PlanGuard } from './plan.guard.js';
import { SignInRequiredFilter } from './sign-in-required.filter.js';
import type { CallFrame } from './upstream.js';

/** What the guards have put there. */
type GuardedRequest = HttpRequest & {
  call: CallDto;
  frame: CallFrame;
  plannedCall: PlannedCall;
  credential: Credential;
};

@ApiTags('Calling')
@Controller('v1/gpts')
export class DispatchController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Post(':gpt_id/call')
  @HttpCode(200)
  @Authenticated('runtime')
  @UseGuards(PlanGuard, ActionAuthGuard)
  @UseFilters(SignInRequiredFilter)
  @ApiOperation({ summary: 'Call an operation for a user' })
  @ApiParam({ name: 'gpt_id' })
  @ApiBody({ type: CallDto })
  @ApiCallOutcomes()
  @ApiOkResponse({ schema: CALL_OUTCOME_SCHEMA })
  @ApiProblems('invalid_request', 'invalid_arguments', 'user_required', 'ambiguous_operation')
  @ApiProblems('not_found', 'operation_not_found', 'request_too_large')
  @ApiProblemsAs(CallProblemDto, 'egress_denied', 'upstream_unreachable', 'upstream_invalid', 'upstream_timeout')
  @ApiProblemsAs(CallProblemDto, 'credential_unavailable')
  call(@Req() request: GuardedRequest, @Res({ passthrough: true }) reply: HttpReply): Promise<CallOutcome> {
    const { plannedCall, credential, call, frame } = request;
    // What the answer holds is held until it has been sent.
    whenClosed(reply, () => frame.hold.end());
    return this.dispatcher.dispatch(plannedCall, credential, call, { ...frame, signal: gone(reply) });
  }
}

/** Aborts when the caller goes away before the answer. */
function gone(reply: HttpReply): AbortSignal {
  const controller = new AbortController();
  whenClosed(reply, () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** The caller may have gone while the guards were still at work. */
function whenClosed({ raw }: HttpReply, then: () => void): void {
  if (raw.closed) then();
  else raw.once('close', then);
}
