import { type StreamableFile, Controller, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ActionAuthGuard, type Credential } from '../credentials/index.js';
import {
  ApiProblems,
  ApiProblemsAs,
  Authenticated,
  jsonParts,
  jsonReply,
  onClose,
  type HttpReply,
  type HttpRequest,
} from '../common/index.js';
import { ApiCallOutcomes, CALL_OUTCOME_SCHEMA, CallDto, CallProblemDto } from './call.dto.js';
import type { Call } from './call.js';
import { Dispatcher } from './dispatcher.js';
import { PlanGuard } from './plan.guard.js';
import { SignInRequiredFilter } from './sign-in-required.filter.js';

/** A request that passed the guards. */
type GuardedRequest = HttpRequest & { plannedCall: Call; credential: Credential };

@ApiTags('Calls')
@Controller('v1/gpts')
export class DispatchController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Post(':gpt_id/call')
  @HttpCode(200)
  @Authenticated('runtime')
  @UseGuards(PlanGuard, ActionAuthGuard)
  @UseFilters(SignInRequiredFilter)
  @ApiOperation({ operationId: 'callOperation', summary: 'Call an operation' })
  @ApiParam({ name: 'gpt_id' })
  @ApiBody({ type: CallDto })
  @ApiCallOutcomes()
  @ApiOkResponse({ schema: CALL_OUTCOME_SCHEMA })
  @ApiProblems('invalid_request', 'invalid_arguments', 'user_required', 'ambiguous_operation')
  @ApiProblems('not_found', 'operation_not_found', 'credentials_missing', 'request_too_large')
  @ApiProblemsAs(CallProblemDto, 'egress_denied', 'upstream_unreachable', 'upstream_invalid', 'upstream_timeout')
  @ApiProblemsAs(CallProblemDto, 'credential_unavailable')
  async call(
    @Req() request: GuardedRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | StreamableFile> {
    const { plannedCall: call, credential } = request;
    // The response occupies the call's memory until it has been sent.
    onClose(reply, () => call.memory.end());
    const outcome = await this.dispatcher.dispatch(call, credential);
    return jsonReply(reply, jsonParts(outcome));
  }
}
