import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  toCountersignError,
  logFailure,
  Logger,
  PROBLEMS,
  type HttpReply,
  type HttpRequest,
} from '../../common/index.js';
import { RateLimitedError } from '../../limits/index.js';
import { TenantsService } from '../../tenants/index.js';
import { ConnectedAccountsRefusedError } from '../connected-accounts/refused.error.js';
import { accountsRefusal } from '../connected-accounts/refusals.js';
import type { Brand } from '../pages/layout.js';
import { outcomePage, type Outcome } from '../pages/outcome-page.js';
import { languageOf } from '../pages/page-language.js';
import type { Language } from '../pages/texts/index.js';
import { broken, refusal, tooFast } from './outcomes.js';
import { SignInRefusedError } from './sign-in-refused.error.js';

/** People get a page where programs get a problem. */
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
    if (thrown instanceof SignInRefusedError) return refusal(language, thrown.reason);
    if (thrown instanceof ConnectedAccountsRefusedError) return accountsRefusal(language, thrown.reason);
    if (thrown instanceof RateLimitedError) return tooFast(language);
    const error = toCountersignError(thrown);
    logFailure(this.logger, error, requestId);
    return broken(language, PROBLEMS[error.code].status);
  }

  /** Of what was refused it may be known whose it is. Without the database the page is plain. */
  private async brandFor(thrown: unknown): Promise<Brand | undefined> {
    const { tenantId } = thrown as { tenantId?: string };
    const isRefusal = thrown instanceof SignInRefusedError || thrown instanceof ConnectedAccountsRefusedError;
    if (!isRefusal || tenantId === undefined) return undefined;
    return this.tenants.brandOf(tenantId).catch(() => undefined);
  }
}
