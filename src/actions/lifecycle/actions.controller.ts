import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type HttpReply,
  type Page,
  type TenantCaller,
} from '../../common/index.js';
import { ActionDto, AUTH_INPUT, AUTH_OUTPUT, CreateActionDto, UpdateActionDto } from './actions.dto.js';
import { ActionsService } from './actions.service.js';
import type { AuthFields } from '../../auth-registry/index.js';

const IMPORT_PROBLEMS = [
  'invalid_request',
  'not_found',
  'duplicate_domain',
  'request_too_large',
  'invalid_openapi',
  'discovery_failed',
  'egress_denied',
  'upstream_unreachable',
  'upstream_invalid',
  'upstream_timeout',
] as const;

@ApiTags('Actions')
@Controller('v1/gpts/:gpt_id/actions')
export class ActionsController {
  constructor(private readonly actions: ActionsService) {}

  @Post()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'createAction', summary: 'Create an action' })
  @ApiCreatedResponse({ type: ActionDto })
  @ApiProblems(...IMPORT_PROBLEMS, 'limit_reached')
  create(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Body() body: CreateActionDto,
  ): Promise<ActionDto> {
    return this.actions.create(caller, gptId, body);
  }

  @Get()
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'listActions', summary: 'List the actions of a GPT' })
  @ApiPage(ActionDto)
  @ApiProblems('not_found')
  list(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Query() query: PageQuery,
  ): Promise<Page<ActionDto>> {
    return this.actions.list(caller.tenantId, gptId, query);
  }

  @Get(':action_id')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'getAction', summary: 'Get an action' })
  @ApiOkResponse({ type: ActionDto })
  @ApiProblems('not_found')
  get(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
  ): Promise<ActionDto> {
    return this.actions.get(caller.tenantId, gptId, actionId);
  }

  @Patch(':action_id')
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'updateAction',
    summary: "Update an action's document, its authentication schema, or both",
  })
  @ApiOkResponse({ type: ActionDto })
  @ApiProblems(...IMPORT_PROBLEMS, 'secrets_required', 'conflict')
  update(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Body() body: UpdateActionDto,
  ): Promise<ActionDto> {
    return this.actions.update(caller, gptId, actionId, body);
  }

  @Delete(':action_id')
  @Authenticated('admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteAction', summary: 'Delete an action with its secrets and connections' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  delete(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
  ): Promise<void> {
    return this.actions.delete(caller, gptId, actionId);
  }

  @Get(':action_id/openapi')
  @Authenticated('admin')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ operationId: 'getActionOpenapi', summary: "Get an action's OpenAPI document as JSON" })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems('not_found')
  openapi(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
  ): Promise<Buffer> {
    return this.actions.openapi(caller.tenantId, gptId, actionId);
  }

  @Get(':action_id/openapi/source')
  @Authenticated('admin')
  @ApiOperation({ operationId: 'getActionOpenapiSource', summary: 'Original document text, unmodified' })
  @ApiProduces('application/yaml', 'application/json')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems('not_found')
  async source(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer> {
    const { format, text } = await this.actions.source(caller.tenantId, gptId, actionId);
    reply.header('content-type', `application/${format}; charset=utf-8`);
    return text;
  }

  @Get(':action_id/auth')
  @Authenticated('runtime')
  @ApiOperation({
    operationId: 'getActionAuth',
    summary: "Get an action's authentication schema; secrets read [HIDDEN]",
  })
  @ApiOkResponse({ schema: { $ref: AUTH_OUTPUT } })
  @ApiProblems('not_found')
  auth(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
  ): Promise<AuthFields> {
    return this.actions.auth(caller.tenantId, gptId, actionId);
  }

  @Put(':action_id/auth')
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'setActionAuth',
    summary: "Set an action's authentication schema; [HIDDEN] keeps a stored secret",
  })
  @ApiBody({ schema: { $ref: AUTH_INPUT } })
  @ApiOkResponse({ schema: { $ref: AUTH_OUTPUT } })
  @ApiProblems('invalid_request', 'not_found', 'secrets_required', 'conflict', 'discovery_failed')
  selectAuth(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Body() body: unknown,
  ): Promise<object> {
    return this.actions.selectAuth(caller, gptId, actionId, body);
  }
}
