import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { asCountersignError, logFailure, Logger, PROBLEMS, type HttpReply, type HttpRequest } from '../common/index.js';
import { RateLimitedError } from '../limits/index.js';
import { TenantsService } from '../tenants/index.js';
import type { Brand } from './layout.js';
import { outcomePage, type Outcome } from './outcome-page.js';
import { languageOf } from './page-language.js';
import { PageError } from './page.error.js';
import { textsOf, type Language } from './texts/index.js';

/** Answers errors of the end users' pages with a page, where the API answers with a problem. */
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
    const look = { language, brand: await this.brandFor(thrown) };
    const { headers, body } = outcomePage(look, { ...outcome, reference: request.id });
    await reply.status(status).headers(headers).send(body);
  }

  private outcome(thrown: unknown, language: Language, requestId: string): Outcome & { status: number } {
    if (thrown instanceof PageError) return thrown.outcome(language);
    if (thrown instanceof RateLimitedError) return { status: 429, tone: 'bad', ...textsOf(language).tooFast };
    const error = asCountersignError(thrown);
    logFailure(this.logger, error, requestId);
    return { status: PROBLEMS[error.code].status, tone: 'bad', ...textsOf(language).broken };
  }

  /** Returns the tenant's brand if the tenant is known. The page stays plain while the database does not answer. */
  private async brandFor(thrown: unknown): Promise<Brand | undefined> {
    if (!(thrown instanceof PageError) || thrown.tenantId === undefined) return undefined;
    return this.tenants.brandOf(thrown.tenantId).catch(() => undefined);
  }
}
