import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ActionsService } from '../../actions/index.js';
import {
  ApiProblems,
  Authenticated,
  CurrentCaller,
  NotFoundError,
  Public,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { AuthorizedServerDto, AuthorizeServerDto } from './authorization.dto.js';
import { clientMetadata } from './client-metadata.js';
import { ServerAuthorization } from './server-authorization.service.js';

@ApiTags('Actions')
@Controller()
export class ServerAuthorizationController {
  constructor(
    private readonly authorization: ServerAuthorization,
    private readonly actions: ActionsService,
    private readonly settings: Settings,
  ) {}

  @Post('v1/gpts/:gpt_id/actions/:action_id/mcp_authorization')
  @Authenticated('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'authorizeMcpServer',
    summary: 'Discover how an MCP server authorizes users, register a client, and set the authentication schema',
  })
  @ApiOkResponse({ type: AuthorizedServerDto })
  @ApiProblems(
    'invalid_request',
    'not_found',
    'conflict',
    'discovery_failed',
    'egress_denied',
    'upstream_unreachable',
    'upstream_invalid',
    'upstream_timeout',
  )
  authorize(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Body() { registration }: AuthorizeServerDto,
  ): Promise<AuthorizedServerDto> {
    return this.authorization.authorize(caller, gptId, actionId, registration);
  }

  @Get('aip/:callback_id/oauth/client.json')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({
    operationId: 'getClientMetadata',
    summary: "Get an action's client metadata document, which is its client id at authorization servers of MCP servers",
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems('not_found')
  async client(@Param('callback_id') callbackId: string): Promise<object> {
    const isKnown = await this.actions.isServerCallback(callbackId);
    if (!isKnown) throw new NotFoundError('client');
    return clientMetadata(this.settings, { callbackId });
  }
}
