import { Controller, Get, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addressOf, Clock, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { TenantsService } from '../../tenants/index.js';
import {
  BrowserBinding,
  InLanguage,
  isSameOriginForm,
  languageOf,
  outcomePage,
  type Page,
  PageFilter,
  PageLimitGuard,
  type PageTheme,
  persistLanguage,
  redirect,
  textsOf,
} from '../../pages/index.js';
import { accountsPage, confirmDisconnectPage, openLinkPage } from './accounts-pages.js';
import { ConnectedAccounts } from './accounts.js';
import type { ConnectedAccountsLink } from './link.entity.js';
import { ConnectedAccountsLinks } from './links.js';
import { ConnectedAccountsRefusedError } from './refused.error.js';

const HTML = { schema: { type: 'string' as const, example: '<!doctype html>…' } };

/** The pages on which end users see and disconnect their connections. */
@ApiTags('End-user pages')
@ApiProduces('text/html')
@Controller('connected/:ticket')
@UseFilters(PageFilter)
@UseGuards(PageLimitGuard)
export class ConnectedAccountsPagesController {
  private readonly binding: BrowserBinding;

  constructor(
    private readonly links: ConnectedAccountsLinks,
    private readonly accounts: ConnectedAccounts,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    this.binding = new BrowserBinding(settings.publicUrl);
  }

  @Get()
  @Public()
  @ApiOperation({
    operationId: 'showConnectedAccounts',
    summary: "Show an end user's connections, or the button that opens the link in this browser",
  })
  @ApiQuery({ name: 'ended', required: false, description: 'The connection that was just disconnected' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async show(
    @Param('ticket') ticket: string,
    @Query('ended') ended: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const link = await this.links.find(ticket);
    if (link.browserDigest === null) {
      this.binding.ensure(request, reply);
      return this.send(request, reply, openLinkPage(await this.theme(request, link), this.pathOf(ticket), link.user));
    }
    await this.links.findFor(ticket, this.binding.digestOf(request));
    const theme = await this.theme(request, link);
    const texts = textsOf(theme.language).accounts;
    if (link.endedAt) {
      const outcome = { tone: 'ok', isEnd: true, returnTo: link.returnUrl ?? undefined, ...texts.finished } as const;
      return this.send(request, reply, outcomePage(theme, outcome, true));
    }
    const message = typeof ended === 'string' ? await this.messageAbout(theme, link, ended) : undefined;
    const content = { ...(await this.accounts.list(link)), path: this.pathOf(ticket), message, now: this.clock.now() };
    return this.send(request, reply, accountsPage(theme, content));
  }

  @Post()
  @Public()
  @ApiOperation({ operationId: 'openConnectedAccounts', summary: 'Bind the link to this browser' })
  @ApiResponse({ status: 303, description: 'Redirect to the same page, which now shows the connections' })
  async open(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    await this.requireSameOrigin(request, ticket);
    await this.links.open(ticket, this.binding.digestOf(request));
    return redirect(reply, this.pathOf(ticket));
  }

  @Post('done')
  @Public()
  @ApiOperation({ operationId: 'closeConnectedAccounts', summary: 'Close the link' })
  @ApiResponse({
    status: 303,
    description: 'Redirect to the return_url, or to a page that confirms that the link is closed',
  })
  async done(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    await this.requireSameOrigin(request, ticket);
    const link = await this.links.findFor(ticket, this.binding.digestOf(request));
    await this.links.end(link);
    return redirect(reply, link.returnUrl ?? this.pathOf(ticket));
  }

  @Get(':connection_id')
  @Public()
  @ApiOperation({ operationId: 'confirmDisconnect', summary: 'Ask for confirmation before disconnecting' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async ask(
    @Param('ticket') ticket: string,
    @Param('connection_id') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const link = await this.openLink(ticket, request);
    const account = await this.accounts.find(link, id);
    if (!account) return redirect(reply, this.endedPath(ticket, id));
    return this.send(
      request,
      reply,
      confirmDisconnectPage(await this.theme(request, link), this.pathOf(ticket), account),
    );
  }

  @Post(':connection_id')
  @Public()
  @ApiOperation({
    operationId: 'disconnectAccount',
    summary: 'Disconnect one connection and revoke its tokens at the provider',
  })
  @ApiResponse({ status: 303, description: 'Redirect to the list, which shows the result' })
  async disconnect(
    @Param('ticket') ticket: string,
    @Param('connection_id') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    await this.requireSameOrigin(request, ticket);
    const link = await this.openLink(ticket, request);
    await this.accounts.disconnect(link, id, { user: link.user, address: addressOf(request), requestId: request.id });
    return redirect(reply, this.endedPath(ticket, id));
  }

  /** @throws {ConnectedAccountsRefusedError} the link is unknown, expired, closed or bound to another browser */
  private async openLink(ticket: string, request: HttpRequest): Promise<ConnectedAccountsLink> {
    const link = await this.links.findFor(ticket, this.binding.digestOf(request));
    if (link.endedAt) throw new ConnectedAccountsRefusedError('expired', link);
    return link;
  }

  private async requireSameOrigin(request: HttpRequest, ticket: string): Promise<void> {
    if (isSameOriginForm(request, this.settings.publicUrl)) return;
    throw new ConnectedAccountsRefusedError('cross_site', await this.links.find(ticket));
  }

  private async messageAbout(theme: PageTheme, link: ConnectedAccountsLink, id: string): Promise<string | undefined> {
    const texts = textsOf(theme.language).accounts;
    const ended = await this.accounts.findEnded(link, id);
    return ended ? texts.disconnected(ended.domain, ended.gptName) : texts.notConnected;
  }

  private async theme(request: HttpRequest, { tenantId }: ConnectedAccountsLink): Promise<Required<PageTheme>> {
    return { language: languageOf(request), brand: await this.tenants.brandOf(tenantId) };
  }

  /** Returns the path of a link's page as browsers see it. */
  private pathOf(ticket: string): string {
    return `${this.settings.basePath}/connected/${encodeURIComponent(ticket)}`;
  }

  private endedPath(ticket: string, id: string): string {
    return `${this.pathOf(ticket)}?ended=${encodeURIComponent(id)}`;
  }

  private async send(request: HttpRequest, reply: HttpReply, { headers, body }: Page): Promise<void> {
    persistLanguage(request, reply);
    await reply.headers(headers).send(body);
  }
}
