import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { McpSettingsDto, McpSettingsInput } from './mcp-settings.dto.js';
import { McpSettingsService } from './mcp-settings.service.js';

@ApiTags('MCP')
@Controller('v1/gpts/:gpt_id/mcp')
export class McpSettingsController {
  constructor(private readonly settings: McpSettingsService) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'getMcpSettings', summary: 'Get how a GPT is offered to MCP clients' })
  @ApiOkResponse({ type: McpSettingsDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('gpt_id') gptId: string): Promise<McpSettingsDto> {
    return this.settings.get(caller, gptId);
  }

  @Put()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'setMcpSettings',
    summary: 'Set how a GPT is offered to MCP clients',
    description: 'Replaces all settings: fields that are left out get their defaults.',
  })
  @ApiOkResponse({ type: McpSettingsDto })
  @ApiProblems('invalid_request', 'not_found')
  put(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Body() body: McpSettingsInput,
  ): Promise<McpSettingsDto> {
    return this.settings.put(caller, gptId, body);
  }
}
