import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { CreateMcpTokenDto, McpTokenDto } from './mcp-tokens.dto.js';
import { McpTokens } from './mcp-tokens.service.js';

@ApiTags('MCP')
@Controller('v1/mcp-tokens')
export class McpTokensController {
  constructor(private readonly tokens: McpTokens) {}

  @Post()
  @Authenticated('runtime')
  @ApiOperation({
    operationId: 'createMcpToken',
    summary: 'Create a token with which an MCP client acts for one end user at one GPT',
  })
  @ApiCreatedResponse({ type: McpTokenDto })
  @ApiProblems('invalid_request', 'not_found')
  create(@CurrentCaller() caller: TenantCaller, @Body() body: CreateMcpTokenDto): Promise<McpTokenDto> {
    return this.tokens.create(caller, body);
  }

  @Delete(':mcp_token_id')
  @Authenticated('runtime')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeMcpToken', summary: 'Revoke a token of an MCP client' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  revoke(@CurrentCaller() caller: TenantCaller, @Param('mcp_token_id') id: string): Promise<void> {
    return this.tokens.revoke(caller, id);
  }
}
