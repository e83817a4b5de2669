import { PageError, textsOf, type Language, type Outcome } from '../../pages/index.js';

const STATUSES = { unknown: 404, expired: 410, other_browser: 400, cross_site: 400 } as const;

/** The connected accounts cannot be shown to this browser. Nothing was changed. */
export class ConnectedAccountsRefusedError extends PageError {
  /** @param tenantId the tenant of the link, if it is known */
  constructor(
    readonly reason: keyof typeof STATUSES,
    tenantId?: string,
  ) {
    super(`the connected accounts cannot be shown: ${reason}`, tenantId);
  }

  outcome(language: Language): Outcome & { status: number } {
    return { status: STATUSES[this.reason], tone: 'bad', ...textsOf(language).accounts.refusals[this.reason] };
  }
}
