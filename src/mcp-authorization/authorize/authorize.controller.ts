import { Controller, Get, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { answerSpeculative, BrowserBinding, PageFilter, redirect } from '../../pages/index.js';
import { ClientLimits } from '../servers/client-limits.js';
import { Authorize } from './authorize.js';

/** The authorization endpoint of the built-in authorization servers (OAuth 2.1, section 3.1). */
@ApiTags('End-user pages')
@ApiProduces('text/html')
@Controller('mcp/:gpt_id')
@UseFilters(PageFilter)
export class AuthorizeController {
  private readonly binding: BrowserBinding;

  constructor(
    private readonly requests: Authorize,
    private readonly limits: ClientLimits,
    { publicUrl }: Settings,
  ) {
    this.binding = new BrowserBinding(publicUrl);
  }

  @Get('authorize')
  @Public()
  @ApiOperation({
    operationId: 'startMcpAuthorization',
    summary: 'Start the authorization of an MCP client: redirect the browser to the login_url of the tenant',
  })
  @ApiQuery({ name: 'client_id', description: 'The URL of a client metadata document, or from `/register`' })
  @ApiQuery({ name: 'redirect_uri' })
  @ApiQuery({ name: 'response_type', enum: ['code'] })
  @ApiQuery({ name: 'code_challenge', description: 'RFC 7636, section 4.3' })
  @ApiQuery({ name: 'code_challenge_method', enum: ['S256'] })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'scope', required: false, example: 'mcp' })
  @ApiQuery({ name: 'resource', required: false, description: 'The MCP URL (RFC 8707)' })
  @ApiResponse({ status: 303, description: 'Redirect to login_url, or with an error to the redirect_uri' })
  @ApiResponse({ status: 400, description: 'The client or its redirect_uri is invalid, so there is no redirect' })
  async authorize(
    @Param('gpt_id') gptId: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (await answerSpeculative(request, reply)) return;
    await this.limits.takeCostly(request, reply, 'authorize');
    const started = await this.requests.check(gptId, query);
    const location =
      'location' in started
        ? started.location
        : await this.requests.start(started, this.binding.ensure(request, reply));
    await redirect(reply, location);
  }
}
