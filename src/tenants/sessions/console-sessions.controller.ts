import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  addressOf,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  ForbiddenError,
  Public,
  type Caller,
  type HttpReply,
  type HttpRequest,
} from '../../common/index.js';
import { FailedAuthentications } from '../failed-authentications.js';
import { Keyring } from '../keyring.js';
import { TenantsService } from '../tenants.service.js';
import { ConsoleSessionDto, StartConsoleSessionDto } from './console-sessions.dto.js';
import { ConsoleSessions } from './console-sessions.js';
import { SessionCookie } from './session-cookie.js';

/** Signs browsers in to the console with an API key, and out again. */
@ApiTags('Console sessions')
@Controller('v1/console-session')
export class ConsoleSessionsController {
  constructor(
    private readonly keyring: Keyring,
    private readonly sessions: ConsoleSessions,
    private readonly cookie: SessionCookie,
    private readonly tenants: TenantsService,
    private readonly failures: FailedAuthentications,
  ) {}

  @Post()
  @Public()
  @ApiOperation({
    operationId: 'startConsoleSession',
    summary: 'Sign a browser in to the console; its cookie is accepted only with the header X-Countersign-Console',
  })
  @ApiCreatedResponse({ type: ConsoleSessionDto })
  @ApiProblems('invalid_request', 'unauthenticated', 'forbidden', 'request_too_large', 'unsupported_media_type')
  @ApiProblems('rate_limited', 'unavailable')
  async start(
    @Body() { key }: StartConsoleSessionDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<ConsoleSessionDto> {
    const holder = await this.keyring.holderOf(key.trim());
    if (!holder) return this.failures.reject(request, reply, 'the key is invalid, expired or revoked');
    if (holder.role === 'runtime') throw new ForbiddenError('the console requires an admin or operator key');
    const caller = { ...holder, requestId: request.id, address: addressOf(request) };
    const { secret, expiresAt } = await this.sessions.start(caller);
    this.cookie.write(reply, secret);
    return this.view(caller, expiresAt);
  }

  @Get()
  @Authenticated('operator', 'admin')
  @ApiOperation({ operationId: 'getConsoleSession', summary: 'Get the current console session' })
  @ApiOkResponse({ type: ConsoleSessionDto })
  async current(@CurrentCaller() caller: Caller, @Req() request: HttpRequest): Promise<ConsoleSessionDto> {
    const secret = this.cookie.read(request);
    return this.view(caller, secret ? (await this.sessions.find(secret))?.expiresAt : undefined);
  }

  @Delete()
  @Authenticated('operator', 'admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'endConsoleSession', summary: 'Sign the browser out of the console' })
  @ApiNoContentResponse()
  async end(
    @CurrentCaller() caller: Caller,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<void> {
    const secret = this.cookie.read(request);
    if (secret) await this.sessions.end(caller, secret);
    this.cookie.clear(reply);
  }

  private async view({ role, keyId, tenantId }: Caller, expiresAt: Date | undefined): Promise<ConsoleSessionDto> {
    return {
      role: role as 'operator' | 'admin',
      key_id: keyId,
      tenant_id: tenantId ?? null,
      tenant_name: tenantId === undefined ? null : await this.tenants.nameOf(tenantId),
      expires_at: expiresAt?.toISOString() ?? null,
    };
  }
}
