import { Body, Controller, Get, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addressOf, Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import {
  answerSpeculative,
  BrowserBinding,
  InLanguage,
  isSameOriginForm,
  isSpeculative,
  languageOf,
  PageFilter,
  PageLimitGuard,
  persistLanguage,
  redirect,
  UserCookie,
} from '../../pages/index.js';
import { callbackUrl } from '../../oauth/index.js';
import { SignInFlow, type Visitor } from '../flow/sign-in-flow.js';
import { SignInRefusedError } from '../flow/sign-in-refused.error.js';
import { SignInPages } from './sign-in-pages.js';

/** Fields of a posted response that must not come into a URL; none of them is used (security rule C27). */
const NOT_IN_URLS = ['access_token', 'id_token', 'refresh_token', 'user'];

/** Documents what {@link SignInFlow.open} throws. */
const OTHER_USER = {
  status: 403,
  description: 'An MCP client shows the link, and the browser is not known as that of its user',
};

const HTML = { schema: { type: 'string' as const, example: '<!doctype html>…' } };

/** The pages of a sign-in: the link's page, the redirect to the provider, and the callback. */
@ApiTags('End-user pages')
@ApiProduces('text/html')
@Controller()
@UseFilters(PageFilter)
@UseGuards(PageLimitGuard)
export class SignInPagesController {
  private readonly binding: BrowserBinding;

  constructor(
    private readonly flow: SignInFlow,
    private readonly pages: SignInPages,
    private readonly settings: Settings,
    private readonly userCookie: UserCookie,
  ) {
    this.binding = new BrowserBinding(settings.publicUrl);
  }

  @Get('signin/:ticket')
  @Public()
  @ApiOperation({
    operationId: 'showSignInPage',
    summary: 'Show the sign-in page with its "Sign in to {domain}" button',
  })
  @InLanguage()
  @ApiOkResponse(HTML)
  @ApiResponse(OTHER_USER)
  async open(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const found = await this.flow.open(ticket, this.visitor(request));
    if (!isSpeculative(request)) await this.pages.noteOpened(found);
    const { headers, body } = await this.pages.signIn(found, languageOf(request), this.pathOf(request));
    this.binding.ensure(request, reply);
    persistLanguage(request, reply);
    await reply.headers(headers).send(body);
  }

  @Post('signin/:ticket')
  @Public()
  @ApiOperation({
    operationId: 'submitSignInPage',
    summary: 'Start the flow: redirect the browser to the authorization URL',
  })
  @ApiResponse({ status: 303, description: 'Redirect to the authorization endpoint (RFC 6749, section 4.1.1)' })
  @ApiResponse(OTHER_USER)
  async start(
    @Param('ticket') ticket: string,
    @Body() form: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (!isSameOriginForm(request, this.settings.publicUrl))
      throw new SignInRefusedError('cross_site', (await this.flow.find(ticket)).signIn);
    const next = await this.flow.start(ticket, textFields(form), this.visitor(request));
    if ('location' in next) {
      return redirect(reply, next.location);
    }
    const found = await this.flow.find(ticket);
    const { headers, body } = await this.pages.signIn(found, languageOf(request), this.pathOf(request), next.retry);
    await reply.headers(headers).status(400).send(body);
  }

  @Get('signin/done/:sign_in_id')
  @Public()
  @ApiOperation({ operationId: 'showSignInResult', summary: 'Show the result of a sign-in that has no return_url' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async done(@Param('sign_in_id') id: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { headers, body } = await this.pages.outcome(id, languageOf(request));
    persistLanguage(request, reply);
    await reply.headers(headers).send(body);
  }

  @Get('aip/:callback_id/oauth/callback')
  @Public()
  @ApiOperation({
    operationId: 'handleOauthCallback',
    summary: "Receive the authorization response at an action's redirect URI",
  })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiResponse({
    status: 303,
    description: 'Redirect to the return_url, the user_verification_url, or a page that shows the result',
  })
  async callback(
    @Param('callback_id') callbackId: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (await answerSpeculative(request, reply)) return;
    const location = await this.flow.handleCallback(callbackId, query, this.visitor(request));
    return redirect(reply, location);
  }

  @Post('aip/:callback_id/oauth/callback')
  @Public()
  @ApiOperation({
    operationId: 'handleOauthFormPost',
    summary: 'Receive the authorization response of a provider that posts it (`response_mode=form_post`)',
  })
  @ApiResponse({ status: 303, description: 'Redirect to the same URL with the parameters in its query' })
  async callbackForm(
    @Param('callback_id') callbackId: string,
    @Body() form: unknown,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const { state, ...fields } = textFields(form);
    const { action } = await this.flow.findStarted(callbackId, state);
    const url = new URL(callbackUrl(this.settings, action));
    const parameters = Object.entries(fields).filter(([name]) => !NOT_IN_URLS.includes(name));
    url.search = new URLSearchParams([['state', state ?? ''], ...parameters]).toString();
    // Browsers send the cookie of the sign-in with a redirect that they follow, but not with another site's form (SameSite=Lax).
    return redirect(reply, url.href);
  }

  /** Returns the path and the query of the page as the browser sees them. */
  private pathOf({ url }: HttpRequest): string {
    return `${this.settings.basePath}${url}`;
  }

  private visitor(request: HttpRequest): Visitor {
    return {
      browserDigest: this.binding.digestOf(request),
      userCookie: this.userCookie.read(request),
      isSpeculative: isSpeculative(request),
      address: addressOf(request),
      requestId: request.id,
    };
  }
}

/** Returns the text fields of a form; a JSON body may hold other values. */
function textFields(form: unknown): Record<string, string> {
  const fields: [string, unknown][] = Object.entries(form ?? {});
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
}
