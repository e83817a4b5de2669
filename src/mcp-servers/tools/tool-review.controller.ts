import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ActionDto } from '../../actions/index.js';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { AcceptToolsDto, ReviewToolsQuery, ToolReviewDto } from './tool-review.dto.js';
import { ToolReview } from './tool-review.service.js';

const PROBLEMS = [
  'invalid_request',
  'not_found',
  'invalid_openapi',
  'user_required',
  'credential_unavailable',
  'egress_denied',
  'upstream_unreachable',
  'upstream_invalid',
  'upstream_timeout',
] as const;

@ApiTags('Actions')
@Controller('v1/gpts/:gpt_id/actions/:action_id/mcp_tools')
export class ToolReviewController {
  constructor(private readonly review: ToolReview) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'reviewMcpTools',
    summary: 'Compare the tools of an MCP server with those that are stored',
  })
  @ApiOkResponse({ type: ToolReviewDto })
  @ApiProblems(...PROBLEMS)
  get(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Query() { user }: ReviewToolsQuery,
  ): Promise<ToolReviewDto> {
    return this.review.review(caller, gptId, actionId, user);
  }

  @Put()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'acceptMcpTools',
    summary: 'Store the tools that an MCP server lists, so that models see them',
  })
  @ApiOkResponse({ type: ActionDto })
  @ApiProblems(...PROBLEMS, 'conflict')
  accept(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Body() body: AcceptToolsDto,
  ): Promise<ActionDto> {
    return this.review.accept(caller, gptId, actionId, body);
  }
}
