import { Controller, HttpCode, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { ApiOAuthErrors } from '../protocol/api-oauth-errors.js';
import { OAuthErrorFilter } from '../protocol/oauth-error.filter.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { Parameters } from '../protocol/parameters.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { ClientLimits } from '../servers/client-limits.js';
import { CodeExchange } from './code-exchange.js';
import { Refresh } from './refresh.js';
import { Revocation } from './revocation.js';
import { clientRequest, type ClientRequest } from './token-request.js';
import { TokenResponseDto } from './token-response.js';

const FORM = 'application/x-www-form-urlencoded';
const TEXT = { type: 'string' } as const;
const TOKEN_FORM = {
  type: 'object',
  required: ['grant_type', 'client_id'],
  properties: {
    grant_type: { type: 'string', enum: ['authorization_code', 'refresh_token'] },
    client_id: TEXT,
    code: TEXT,
    code_verifier: TEXT,
    redirect_uri: TEXT,
    refresh_token: TEXT,
    scope: TEXT,
    resource: TEXT,
  },
};
const REVOCATION_FORM = {
  type: 'object',
  required: ['token', 'client_id'],
  properties: { token: TEXT, client_id: TEXT },
};

/** The token and revocation endpoints of the built-in authorization servers. */
@ApiTags('MCP authorization')
@Controller('mcp/:gpt_id')
@UseFilters(OAuthErrorFilter)
export class TokenController {
  constructor(
    private readonly servers: BuiltInServers,
    private readonly codes: CodeExchange,
    private readonly refreshes: Refresh,
    private readonly revocation: Revocation,
    private readonly limits: ClientLimits,
  ) {}

  @Post('token')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createMcpAccessToken',
    summary: 'Exchange a code or a refresh token for tokens (RFC 6749, sections 4.1.3 and 6)',
  })
  @ApiConsumes(FORM)
  @ApiBody({ schema: { ...TOKEN_FORM } as never })
  @ApiOkResponse({ type: TokenResponseDto })
  @ApiOAuthErrors()
  async token(
    @Param('gpt_id') gptId: string,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<TokenResponseDto> {
    const clients = await this.read(gptId, request);
    void reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
    try {
      return await this.issue(clients, reply);
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_grant') await this.limits.takeFailure(request, reply);
      throw error;
    }
  }

  @Post('revoke')
  @Public()
  @HttpCode(200)
  @ApiOperation({ operationId: 'revokeMcpAccessToken', summary: 'Revoke a token (RFC 7009)' })
  @ApiConsumes(FORM)
  @ApiBody({ schema: { ...REVOCATION_FORM } as never })
  @ApiOkResponse({ description: 'The token is invalid now; the response is empty', schema: { type: 'object' } })
  @ApiOAuthErrors()
  async revoke(@Param('gpt_id') gptId: string, @Req() request: HttpRequest): Promise<object> {
    await this.revocation.revoke(await this.read(gptId, request));
    return {};
  }

  private issue(request: ClientRequest, reply: HttpReply): Promise<TokenResponseDto> {
    switch (request.parameters.require('grant_type')) {
      case 'authorization_code':
        return this.codes.exchange(request);
      case 'refresh_token':
        return this.refreshes.refresh(request, reply);
      default:
        throw new OAuthError('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token');
    }
  }

  private async read(gptId: string, request: HttpRequest): Promise<ClientRequest> {
    const type = request.headers['content-type'] ?? '';
    if (!type.toLowerCase().startsWith(FORM)) throw new OAuthError('invalid_request', `send the parameters as ${FORM}`);
    const server = await this.servers.get(gptId);
    return clientRequest(server, new Parameters(request.body), request);
  }
}
