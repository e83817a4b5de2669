import { Body, Controller, HttpCode, Param, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiProblems,
  Authenticated,
  CurrentCaller,
  disconnectSignal,
  jsonParts,
  jsonReply,
  onClose,
  type HttpReply,
  type HttpRequest,
  type TenantCaller,
} from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { ToolCallsDto, ToolCallsResultDto } from './tool-calls.dto.js';
import { ToolCallsService } from './tool-calls.service.js';
import { turnView } from './turn-view.js';
import type { Turn } from './turns/turn.js';

@ApiTags('Calls')
@Controller('v1/gpts')
export class ToolCallsController {
  constructor(
    private readonly toolCalls: ToolCallsService,
    private readonly limits: Limits,
  ) {}

  @Post(':gpt_id/tool_calls')
  @HttpCode(200)
  @Authenticated('runtime')
  @ApiOperation({
    operationId: 'callTools',
    summary: "Run a model's tool calls",
    description:
      'Runs all calls of a turn at once and returns results that can be appended to the conversation as they are. A call that fails has a result that says why. Calls that wait for the user are `pending`: send the same request again with `resume`.',
  })
  @ApiOkResponse({ type: ToolCallsResultDto })
  @ApiProblems('invalid_request', 'forbidden', 'not_found', 'request_too_large')
  async run(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Body() body: ToolCallsDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | StreamableFile> {
    const turn = await this.toolCalls.read(caller, gptId, body, disconnectSignal(reply));
    await this.countCalls(turn, reply);
    const settled = await this.toolCalls.run(turn);
    // The responses occupy their memory until they have been sent.
    onClose(reply, () => {
      for (const call of settled.calls) if (call.is === 'result') call.made?.call.memory.end();
    });
    return jsonReply(reply, jsonParts(turnView(settled, request.id)));
  }

  /** Counts each call as one request. The request itself was counted before its body was read. */
  private async countCalls({ caller, user, calls }: Turn, reply: HttpReply): Promise<void> {
    const others = calls.length - 1;
    if (user !== undefined && calls.length > 0)
      applyLimit(reply, await this.limits.take('user', `${caller.tenantId} ${user}`, calls.length));
    if (others <= 0) return;
    applyLimit(reply, await this.limits.take('key', caller.keyId, others));
    applyLimit(reply, await this.limits.take('tenant', caller.tenantId, others));
  }
}
