import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Public } from '../../common/index.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { serverMetadata, ServerMetadataDto } from './server-metadata.js';

/**
 * The metadata of the built-in authorization servers, in the layouts that clients try: RFC 8414, section 3.1, and appended as in OpenID Connect
 * Discovery 1.0, section 4.
 */
@ApiTags('MCP authorization')
@Controller()
@Public()
export class ServerMetadataController {
  constructor(private readonly servers: BuiltInServers) {}

  @Get('.well-known/oauth-authorization-server/mcp/:gpt_id')
  @ApiOperation({
    operationId: 'getMcpServerMetadata',
    summary: "Get the metadata of a GPT's authorization server (RFC 8414)",
  })
  @ApiOkResponse({ type: ServerMetadataDto })
  @ApiProblems('not_found')
  inserted(@Param('gpt_id') gptId: string): Promise<ServerMetadataDto> {
    return this.metadataOf(gptId);
  }

  @Get('mcp/:gpt_id/.well-known/oauth-authorization-server')
  @ApiOperation({
    operationId: 'getMcpServerMetadataBelow',
    summary: 'Get the same metadata at the path below the issuer',
  })
  @ApiOkResponse({ type: ServerMetadataDto })
  @ApiProblems('not_found')
  appended(@Param('gpt_id') gptId: string): Promise<ServerMetadataDto> {
    return this.metadataOf(gptId);
  }

  @Get('.well-known/openid-configuration/mcp/:gpt_id')
  @ApiOperation({
    operationId: 'getMcpOpenidConfiguration',
    summary: 'Get the same metadata where clients of OpenID Connect look for it',
  })
  @ApiOkResponse({ type: ServerMetadataDto })
  @ApiProblems('not_found')
  insertedOpenid(@Param('gpt_id') gptId: string): Promise<ServerMetadataDto> {
    return this.metadataOf(gptId);
  }

  @Get('mcp/:gpt_id/.well-known/openid-configuration')
  @ApiOperation({
    operationId: 'getMcpOpenidConfigurationBelow',
    summary: 'Get the same metadata at the path below the issuer, where clients of OpenID Connect look for it',
  })
  @ApiOkResponse({ type: ServerMetadataDto })
  @ApiProblems('not_found')
  appendedOpenid(@Param('gpt_id') gptId: string): Promise<ServerMetadataDto> {
    return this.metadataOf(gptId);
  }

  private async metadataOf(gptId: string): Promise<ServerMetadataDto> {
    return serverMetadata(await this.servers.get(gptId));
  }
}
