import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdmittedBy, ApiProblems, disconnectSignal, type HttpReply, type HttpRequest } from '../../common/index.js';
import type { WithMcp } from '../principals/mcp-admission.js';
import { McpEndpoint } from './mcp-endpoint.js';

const MESSAGE = {
  type: 'object',
  required: ['jsonrpc'],
  properties: {
    jsonrpc: { type: 'string', enum: ['2.0'] },
    method: { type: 'string', example: 'tools/list' },
    params: { type: 'object', additionalProperties: true },
  },
};

@ApiTags('MCP')
@Controller('mcp')
export class McpController {
  constructor(private readonly endpoint: McpEndpoint) {}

  @Post(':gpt_id')
  @AdmittedBy('mcp')
  @ApiOperation({
    operationId: 'handleMcpMessage',
    summary: "Send a message to a GPT's MCP endpoint",
    description:
      'Streamable HTTP of the Model Context Protocol, revisions 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26 and 2024-11-05. Use an MCP client.',
  })
  @ApiParam({ name: 'gpt_id' })
  @ApiHeader({
    name: 'Countersign-User',
    required: false,
    description: "With a runtime key: the tenant's id of the end user, percent-encoded UTF-8 where it is not ASCII",
  })
  @ApiBody({ schema: MESSAGE as object })
  @ApiOkResponse({
    description:
      'The JSON-RPC response, also for JSON-RPC errors, or a stream of events that ends with it. Notifications and responses get 202 without a body',
    content: { 'application/json': { schema: MESSAGE as object }, 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'method_not_allowed')
  @ApiProblems('request_too_large', 'unsupported_media_type', 'rate_limited', 'unavailable')
  send(@Req() request: HttpRequest & WithMcp, @Res() reply: HttpReply): Promise<void> {
    return this.endpoint.handle(request, reply, disconnectSignal(reply));
  }
}
