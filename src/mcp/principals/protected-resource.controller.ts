import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, NotFoundError, Public, type HttpReply } from '../../common/index.js';
import { McpSettingsService } from '../settings/mcp-settings.service.js';
import type { McpSettings } from '../settings/mcp-settings.entity.js';
import { MCP_SCOPE } from './challenge.js';

const METADATA = {
  type: 'object',
  required: ['resource', 'scopes_supported', 'bearer_methods_supported'],
  properties: {
    resource: { type: 'string', format: 'uri' },
    authorization_servers: { type: 'array', items: { type: 'string', format: 'uri' } },
    scopes_supported: { type: 'array', items: { type: 'string' } },
    bearer_methods_supported: { type: 'array', items: { type: 'string' } },
  },
};

/** Tells MCP clients where to get an access token. */
@ApiTags('MCP')
@Controller('.well-known/oauth-protected-resource/mcp')
export class ProtectedResourceController {
  constructor(private readonly settings: McpSettingsService) {}

  @Get(':gpt_id')
  @Public()
  @ApiOperation({
    operationId: 'getMcpResourceMetadata',
    summary: "Get the metadata of a GPT's MCP endpoint as a protected resource (RFC 9728)",
  })
  @ApiOkResponse({ schema: METADATA })
  @ApiProblems('not_found')
  async get(@Param('gpt_id') gptId: string, @Res({ passthrough: true }) reply: HttpReply): Promise<object> {
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
    const settings = await this.settings.ofGpt(gptId);
    if (!settings?.enabled) throw new NotFoundError('MCP endpoint');
    const url = this.settings.urlOf(gptId);
    const servers = authorizationServers(settings, url);
    return {
      resource: url,
      ...(servers.length > 0 && { authorization_servers: servers }),
      scopes_supported: [settings.requiredScope ?? MCP_SCOPE],
      bearer_methods_supported: ['header'],
    };
  }
}

function authorizationServers({ authorization, issuer }: McpSettings, url: string): string[] {
  if (authorization === 'builtin') return [url];
  return authorization === 'jwt' && issuer !== null ? [issuer] : [];
}
