import { Controller, Get, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addressOf, Clock, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { TenantsService } from '../../tenants/index.js';
import {
  InLanguage,
  pageHeaders,
  type Look,
  type Page,
  outcomePage,
  keepLanguage,
  languageOf,
  textsOf,
  BrowserBinding,
  isFromOurPage,
  PageLimitGuard,
  PageFilter,
} from '../../pages/index.js';
import { accountsPage, askingPage, openingPage } from './accounts-pages.js';
import { ConnectedAccounts } from './accounts.js';
import type { ConnectedAccountsLink } from './link.entity.js';
import { ConnectedAccountsLinks } from './links.js';
import { ConnectedAccountsRefusedError } from './refused.error.js';

const HTML = { schema: { type: 'string' as const, example: '<!doctype html>…' } };

/** What end users see of their connections: a list, a question before each end, and what came of it. */
@ApiTags('Connections')
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
    settings: Settings,
  ) {
    this.binding = new BrowserBinding(settings.publicUrl);
  }

  @Get()
  @Public()
  @ApiOperation({ summary: "A user's connections; in a browser that has not opened the link yet, the button to do so" })
  @ApiQuery({ name: 'ended', required: false, description: 'The connection that was just ended' })
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
      return this.send(request, reply, openingPage(await this.look(request, link), pathOf(ticket), link.user));
    }
    await this.links.findFor(ticket, this.binding.digestOf(request));
    const look = await this.look(request, link);
    const texts = textsOf(look.language).accounts;
    if (link.endedAt) return this.send(request, reply, outcomePage(look, { tone: 'ok', ...texts.finished }, true));
    const told = typeof ended === 'string' ? await this.toldOf(look, link, ended) : undefined;
    const content = { ...(await this.accounts.of(link)), path: pathOf(ticket), told, now: this.clock.now() };
    return this.send(request, reply, accountsPage(look, content));
  }

  @Post()
  @Public()
  @ApiOperation({ summary: 'The button: binds the link to the browser' })
  @ApiResponse({ status: 303, description: 'To the same page, which now shows the connections' })
  async open(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    refuseElsewhere(request);
    await this.links.open(ticket, this.binding.digestOf(request));
    return redirect(reply, pathOf(ticket));
  }

  @Post('done')
  @Public()
  @ApiOperation({ summary: 'The user is done: the link shows nothing any more' })
  @ApiResponse({ status: 303, description: 'To the return_url, or to a page that says so' })
  async done(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    refuseElsewhere(request);
    const link = await this.links.findFor(ticket, this.binding.digestOf(request));
    await this.links.end(link);
    return redirect(reply, link.returnUrl ?? pathOf(ticket));
  }

  @Get(':connection_id')
  @Public()
  @ApiOperation({ summary: 'Asks whether that connection is to end' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async ask(
    @Param('ticket') ticket: string,
    @Param('connection_id') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const link = await this.openLink(ticket, request);
    const account = await this.accounts.one(link, id);
    if (!account) return redirect(reply, endedPath(ticket, id));
    return this.send(request, reply, askingPage(await this.look(request, link), pathOf(ticket), account));
  }

  @Post(':connection_id')
  @Public()
  @ApiOperation({ summary: 'Ends that connection, here and at its provider' })
  @ApiResponse({ status: 303, description: 'To the list, which says what came of it' })
  async disconnect(
    @Param('ticket') ticket: string,
    @Param('connection_id') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    refuseElsewhere(request);
    const link = await this.openLink(ticket, request);
    await this.accounts.disconnect(link, id, { user: link.user, address: addressOf(request), requestId: request.id });
    return redirect(reply, endedPath(ticket, id));
  }

  /** @throws {ConnectedAccountsRefusedError} also where its user was done with it */
  private async openLink(ticket: string, request: HttpRequest): Promise<ConnectedAccountsLink> {
    const link = await this.links.findFor(ticket, this.binding.digestOf(request));
    if (link.endedAt) throw new ConnectedAccountsRefusedError('expired', link.tenantId);
    return link;
  }

  private async toldOf(look: Look, link: ConnectedAccountsLink, id: string): Promise<string | undefined> {
    const texts = textsOf(look.language).accounts;
    const ended = await this.accounts.ended(link, id);
    return ended ? texts.disconnected(ended.domain, ended.gptName) : texts.alreadyGone;
  }

  private async look(request: HttpRequest, { tenantId }: ConnectedAccountsLink): Promise<Required<Look>> {
    return { language: languageOf(request), brand: await this.tenants.brandOf(tenantId) };
  }

  private async send(request: HttpRequest, reply: HttpReply, { headers, body }: Page): Promise<void> {
    keepLanguage(request, reply);
    await reply.headers(headers).send(body);
  }
}

function pathOf(ticket: string): string {
  return `/connected/${encodeURIComponent(ticket)}`;
}

function endedPath(ticket: string, id: string): string {
  return `${pathOf(ticket)}?ended=${encodeURIComponent(id)}`;
}

function refuseElsewhere(request: HttpRequest): void {
  if (!isFromOurPage(request)) throw new ConnectedAccountsRefusedError('elsewhere');
}

async function redirect(reply: HttpReply, location: string): Promise<void> {
  await reply.headers(pageHeaders()).status(303).header('location', location).send();
}
