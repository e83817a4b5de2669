import { Body, Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public, type HttpReply, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { GptsService } from '../../gpts/index.js';
import {
  InLanguage,
  isSameOriginForm,
  languageOf,
  outcomePage,
  PageFilter,
  PageLimitGuard,
  persistLanguage,
  textsOf,
  UserCookie,
  type Page,
  type PageTheme,
} from '../../pages/index.js';
import { TenantsService } from '../../tenants/index.js';
import { AgreementRefusedError } from './agreement-refused.error.js';
import { Agreements, type OpenAgreement } from './agreements.js';
import { confirmationPage } from './confirmation-page.js';

const OTHER_USER = {
  status: 403,
  description: 'An MCP client shows the link, and the browser is not known as that of its user',
};

const HTML = { schema: { type: 'string' as const, example: '<!doctype html>…' } };

/** The page on which an end user agrees to a consequential call of an MCP client that cannot ask. */
@ApiTags('End-user pages')
@ApiProduces('text/html')
@Controller('mcp/confirm/:ticket')
@UseFilters(PageFilter)
@UseGuards(PageLimitGuard)
export class ConfirmationPageController {
  constructor(
    private readonly agreements: Agreements,
    private readonly gpts: GptsService,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly userCookie: UserCookie,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'showConfirmationPage', summary: 'Ask an end user to agree to a call' })
  @InLanguage()
  @ApiOkResponse(HTML)
  @ApiResponse(OTHER_USER)
  async show(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { row, content } = await this.open(ticket, request);
    const { name: gptName } = await this.gpts.get(row.tenantId, row.gptId);
    const action = `${this.settings.basePath}/mcp/confirm/${encodeURIComponent(ticket)}`;
    const theme = await this.theme(request, row.tenantId);
    return send(request, reply, confirmationPage(theme, { ...content, gptName, action }));
  }

  @Post()
  @Public()
  @ApiOperation({ operationId: 'submitConfirmationPage', summary: 'Agree to a call, or decline it' })
  @ApiOkResponse(HTML)
  @ApiResponse(OTHER_USER)
  async answer(
    @Param('ticket') ticket: string,
    @Body() form: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (!isSameOriginForm(request, this.settings.publicUrl)) throw new AgreementRefusedError('cross_site');
    const isAgreed = (form as { answer?: unknown } | undefined)?.answer === 'agreed';
    const open = await this.open(ticket, request);
    await this.agreements.answer(open, isAgreed ? 'agreed' : 'declined');
    const theme = await this.theme(request, open.row.tenantId);
    const texts = textsOf(theme.language).confirmation;
    const outcome = isAgreed
      ? ({ tone: 'ok', isEnd: true, ...texts.agreed } as const)
      : ({ tone: 'neutral', isEnd: true, ...texts.declined } as const);
    return send(request, reply, outcomePage(theme, outcome));
  }

  /** Finds the call of a link for a browser that opens it. @throws {AgreementRefusedError} */
  private async open(ticket: string, request: HttpRequest): Promise<OpenAgreement> {
    const found = await this.agreements.find(ticket);
    if (!(await this.isForBrowser(found, request))) throw new AgreementRefusedError('other_user', found.row.tenantId);
    return found;
  }

  /**
   * Returns whether a browser may open the page (security rule C46).
   *
   * If the tenant's server verifies its users, sign-ins need no cookie, and neither does this page: an unknown browser may open it. A browser that is known
   * as another user's may not.
   */
  private async isForBrowser({ row, content }: OpenAgreement, request: HttpRequest): Promise<boolean> {
    const { user, shownBy } = content;
    if (shownBy === undefined || user === undefined) return true;
    const owner = await this.userCookie.ownerOf(this.userCookie.read(request), row.tenantId, user);
    if (owner !== 'unknown') return owner === 'user';
    return (await this.tenants.verificationUrlOf(row.tenantId)) !== undefined;
  }

  private async theme(request: HttpRequest, tenantId: string): Promise<PageTheme> {
    return { language: languageOf(request), brand: await this.tenants.brandOf(tenantId) };
  }
}

async function send(request: HttpRequest, reply: HttpReply, { headers, body }: Page): Promise<void> {
  persistLanguage(request, reply);
  await reply.headers(headers).status(200).send(body);
}
