import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toCountersignError, logFailure, Logger, PROBLEMS, type HttpReply, type HttpRequest } from '../common/index.js';
import { RateLimitedError } from '../limits/index.js';
import { TenantsService } from '../tenants/index.js';
import type { Brand } from './layout.js';
import { outcomePage, type Outcome } from './outcome-page.js';
import { languageOf } from './page-language.js';
import { PageError } from './page.error.js';
import { textsOf, type Language } from './texts/index.js';

/** Renders errors of pages for end users as pages, where the API would return a problem. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(
    private readonly tenants: TenantsService,
    private readonly logger: Logger,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<HttpRequest>();
    const reply = host.switchToHttp().getResponse<HttpReply>();
    const language = languageOf(request);
    const { status, ...outcome } = this.outcome(thrown, language, request.id);
    const theme = { language, brand: await this.brandFor(thrown) };
    const { headers, body } = outcomePage(theme, { ...outcome, reference: request.id });
    await reply.status(status).headers(headers).send(body);
  }

  private outcome(thrown: unknown, language: Language, requestId: string): Outcome & { status: number } {
    if (thrown instanceof PageError) return { ...thrown.outcome(language), returnTo: thrown.returnTo };
    if (thrown instanceof RateLimitedError) return { status: 429, tone: 'bad', ...textsOf(language).tooFast };
    const error = toCountersignError(thrown);
    logFailure(this.logger, error, requestId);
    return { status: PROBLEMS[error.code].status, tone: 'bad', ...textsOf(language).broken };
  }

  /** Returns the tenant's brand, or `undefined` if the tenant is unknown or the database is unavailable. */
  private async brandFor(thrown: unknown): Promise<Brand | undefined> {
    if (!(thrown instanceof PageError) || thrown.tenantId === undefined) return undefined;
    return this.tenants.brandOf(thrown.tenantId).catch(() => undefined);
  }
}
