import { Body, Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
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
  type Page,
  type PageTheme,
} from '../../pages/index.js';
import { TenantsService } from '../../tenants/index.js';
import { AgreementRefusedError } from './agreement-refused.error.js';
import { Agreements } from './agreements.js';
import { confirmationPage } from './confirmation-page.js';

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
  ) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'showConfirmationPage', summary: 'Ask an end user to agree to a call' })
  @InLanguage()
  @ApiOkResponse(HTML)
  async show(@Param('ticket') ticket: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { row, content } = await this.agreements.find(ticket);
    const { name: gptName } = await this.gpts.get(row.tenantId, row.gptId);
    const action = `${this.settings.basePath}/mcp/confirm/${encodeURIComponent(ticket)}`;
    const theme = await this.theme(request, row.tenantId);
    return send(request, reply, confirmationPage(theme, { ...content, gptName, action }));
  }

  @Post()
  @Public()
  @ApiOperation({ operationId: 'submitConfirmationPage', summary: 'Agree to a call, or decline it' })
  @ApiOkResponse(HTML)
  async answer(
    @Param('ticket') ticket: string,
    @Body() form: unknown,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    if (!isSameOriginForm(request, this.settings.publicUrl)) throw new AgreementRefusedError('cross_site');
    const isAgreed = (form as { answer?: unknown } | undefined)?.answer === 'agreed';
    const { tenantId } = await this.agreements.answer(ticket, isAgreed ? 'agreed' : 'declined');
    const theme = await this.theme(request, tenantId);
    const texts = textsOf(theme.language).confirmation;
    const outcome = isAgreed
      ? ({ tone: 'ok', isEnd: true, ...texts.agreed } as const)
      : ({ tone: 'neutral', isEnd: true, ...texts.declined } as const);
    return send(request, reply, outcomePage(theme, outcome));
  }

  private async theme(request: HttpRequest, tenantId: string): Promise<PageTheme> {
    return { language: languageOf(request), brand: await this.tenants.brandOf(tenantId) };
  }
}

async function send(request: HttpRequest, reply: HttpReply, { headers, body }: Page): Promise<void> {
  persistLanguage(request, reply);
  await reply.headers(headers).status(200).send(body);
}
