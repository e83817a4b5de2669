import { Controller, HttpCode, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock, NotFoundError, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { ApiOAuthErrors } from '../protocol/api-oauth-errors.js';
import { OAuthErrorFilter } from '../protocol/oauth-error.filter.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { supportedScopes } from '../protocol/scope.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { ClientLimits } from '../servers/client-limits.js';
import { RegisterClientDto, RegisteredClientDto } from './registration.dto.js';
import { Registrations } from './registrations.js';

/** The registration endpoint of the built-in authorization servers (RFC 7591, section 3). */
@ApiTags('MCP authorization')
@Controller('mcp/:gpt_id')
@UseFilters(OAuthErrorFilter)
export class RegistrationController {
  constructor(
    private readonly servers: BuiltInServers,
    private readonly registrations: Registrations,
    private readonly limits: ClientLimits,
    private readonly clock: Clock,
  ) {}

  @Post('register')
  @Public()
  @HttpCode(201)
  @ApiOperation({
    operationId: 'createMcpClient',
    summary: "Register a client with a GPT's authorization server (RFC 7591)",
  })
  @ApiBody({ type: RegisterClientDto })
  @ApiCreatedResponse({ type: RegisteredClientDto })
  @ApiOAuthErrors()
  async register(
    @Param('gpt_id') gptId: string,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<RegisteredClientDto> {
    await this.limits.takeCostly(request, reply, 'register');
    const server = await this.servers.find(gptId);
    if (!server) throw new NotFoundError('authorization server');
    const { clientId, name, redirectUris } = await this.registrations.register(server.settings, fieldsOf(request.body));
    void reply.header('cache-control', 'no-store');
    return {
      client_id: clientId,
      client_id_issued_at: Math.floor(this.clock.now().getTime() / 1000),
      ...(name !== null && { client_name: name }),
      redirect_uris: redirectUris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: supportedScopes(server.settings).join(' '),
    };
  }
}

function fieldsOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new OAuthError('invalid_client_metadata', 'send the client metadata as a JSON object');
}
