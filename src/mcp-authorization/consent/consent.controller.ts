import { Body, Controller, Get, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addressOf, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { GptsService } from '../../gpts/index.js';
import {
  answerSpeculative,
  BrowserBinding,
  isSameOriginForm,
  languageOf,
  PageFilter,
  PageLimitGuard,
  redirect,
  UserCookie,
} from '../../pages/index.js';
import { TenantsService } from '../../tenants/index.js';
import { AuthorizationRefusedError } from '../protocol/authorization-refused.error.js';
import { consentPage } from './consent-page.js';
import { Consent, type ConsentVisitor, type OpenConsent } from './consent.js';

/** The consent page of the built-in authorization servers. It is shown for every authorization. */
@ApiTags('End-user pages')
@ApiProduces('text/html')
@Controller('mcp/:gpt_id/consent/:authorization_id')
@UseFilters(PageFilter)
@UseGuards(PageLimitGuard)
export class ConsentController {
  private readonly binding: BrowserBinding;

  constructor(
    private readonly consent: Consent,
    private readonly gpts: GptsService,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly userCookie: UserCookie,
  ) {
    this.binding = new BrowserBinding(settings.publicUrl);
  }

  @Get()
  @Public()
  @ApiOperation({ operationId: 'showMcpConsent', summary: 'Ask the user whether an MCP client may act for them' })
  @ApiQuery({ name: 'key', description: 'The one-time key of the `redirect_url`' })
  @ApiOkResponse({ schema: { type: 'string', example: '<!doctype html>…' } })
  @ApiResponse({ status: 403, description: 'The browser has not both the key and the cookie of the authorization' })
  async show(
    @Param('gpt_id') gptId: string,
    @Param('authorization_id') id: string,
    @Query('key') key: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (await answerSpeculative(request, reply)) return;
    const open = await this.consent.open(gptId, id, this.visitor(request, key));
    const { headers, body } = await this.pageOf(open, String(key), request);
    await reply.headers(headers).send(body);
  }

  @Post()
  @Public()
  @ApiOperation({ operationId: 'submitMcpConsent', summary: 'Allow or deny, and return to the MCP client' })
  @ApiResponse({ status: 303, description: 'Redirect to the redirect_uri with a code or an error' })
  async answer(
    @Param('gpt_id') gptId: string,
    @Param('authorization_id') id: string,
    @Body() form: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (!isSameOriginForm(request, this.settings.publicUrl)) throw new AuthorizationRefusedError('cross_site');
    const { key, decision } = { ...(form as object | undefined) } as Record<string, unknown>;
    const visitor = this.visitor(request, key);
    const open = await this.consent.open(gptId, id, visitor);
    const isApproved = decision === 'allow';
    const location = await (isApproved ? this.consent.approve(open, visitor) : this.consent.deny(open, visitor));
    if (isApproved) await this.userCookie.remember(request, reply, open.row.tenantId, open.row.user);
    await redirect(reply, location);
  }

  private async pageOf({ row }: OpenConsent, key: string, request: HttpRequest) {
    const { tenantId, id, gptId, client, redirectUri, user } = row;
    const { name: gptName } = await this.gpts.get(tenantId, gptId);
    const brand = await this.tenants.brandOf(tenantId);
    const action = `${this.settings.basePath}/mcp/${gptId}/consent/${id}`;
    const about = { client, redirectUri, gptName, tenantName: brand.name, user };
    return consentPage({ language: languageOf(request), brand }, { ...about, action, key });
  }

  private visitor(request: HttpRequest, key: unknown): ConsentVisitor {
    return {
      browserDigest: this.binding.digestOf(request),
      key: typeof key === 'string' ? key : undefined,
      address: addressOf(request),
      requestId: request.id,
    };
  }
}
