import { Body, Controller, Get, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addressOf, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import {
  pageHeaders,
  keepLanguage,
  languageOf,
  BrowserBinding,
  isFromOurPage,
  PageLimitGuard,
  PageFilter,
  InLanguage,
} from '../../pages/index.js';
import { SignInFlow, type Visitor } from '../flow/sign-in-flow.js';
import { SignInRefusedError } from '../flow/sign-in-refused.error.js';
import { SignInPages } from './sign-in-pages.js';

const HTML = { schema: { type: 'string' as const, example: '<!doctype html>…' } };

/** What end users see: the page behind the link, the way to the provider and back. */
@ApiTags('Signing in')
@ApiProduces('text/html')
@Controller()
@UseFilters(PageFilter)
@UseGuards(PageLimitGuard)
export class SignInPagesController {
  private readonly binding: BrowserBinding;

  constructor(
    private readonly flow: SignInFlow,
    private readonly screens: SignInPages,
    settings: Settings,
  ) {
    this.binding = new BrowserBinding(settings.publicUrl);
  }

  @Get('signin/:ticket')
  @Public()
  @ApiOperation({ summary: 'The page a user opens, with the button "Sign in to {domain}"' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async open(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const found = await this.flow.find(ticket);
    const { headers, body } = await this.screens.signIn(found, languageOf(request), request.url);
    this.binding.ensure(request, reply);
    keepLanguage(request, reply);
    await reply.headers(headers).send(body);
  }

  @Post('signin/:ticket')
  @Public()
  @ApiOperation({ summary: 'The button: sends the browser to the authorization URL' })
  @ApiResponse({ status: 303, description: 'The authorization request (RFC 6749, section 4.1.1)' })
  async start(
    @Param('ticket') ticket: string,
    @Body() form: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (!isFromOurPage(request)) throw new SignInRefusedError('elsewhere');
    const next = await this.flow.start(ticket, textsIn(form), this.visitor(request));
    if ('location' in next) {
      return reply.headers(pageHeaders()).status(303).header('location', next.location).send();
    }
    const found = await this.flow.find(ticket);
    const { headers, body } = await this.screens.signIn(found, languageOf(request), request.url, next.again);
    await reply.headers(headers).status(400).send(body);
  }

  @Get('signin/done/:sign_in_id')
  @Public()
  @ApiOperation({ summary: 'Where the browser ends when there is no return_url' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async done(@Param('sign_in_id') id: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { headers, body } = await this.screens.outcome(id, languageOf(request));
    keepLanguage(request, reply);
    await reply.headers(headers).send(body);
  }

  @Get('aip/:callback_id/oauth/callback')
  @Public()
  @ApiOperation({ summary: 'The redirect URI of an action' })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiResponse({
    status: 303,
    description: 'To the return_url, to the user_verification_url, or to a page that tells how it ended',
  })
  async callback(
    @Param('callback_id') callbackId: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const location = await this.flow.finish(callbackId, query, this.visitor(request));
    await reply.headers(pageHeaders()).status(303).header('location', location).send();
  }

  private visitor(request: HttpRequest): Visitor {
    return { browserDigest: this.binding.digestOf(request), address: addressOf(request), requestId: request.id };
  }
}

/** Whatever else a body may hold that was not sent by the page's form. */
function textsIn(form: unknown): Record<string, string> {
  const fields: [string, unknown][] = Object.entries(form ?? {});
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
}
