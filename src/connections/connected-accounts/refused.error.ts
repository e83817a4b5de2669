import type { ConnectedAccountsLink } from './link.entity.js';
import { PageError, textsOf, type Language, type Outcome } from '../../pages/index.js';

const STATUSES = { unknown: 404, expired: 410, other_browser: 400, cross_site: 400 } as const;

/** The connected accounts cannot be shown to this browser. Nothing was changed. */
export class ConnectedAccountsRefusedError extends PageError {
  /** @param link the link, if it is known */
  constructor(
    readonly reason: keyof typeof STATUSES,
    link?: Pick<ConnectedAccountsLink, 'tenantId' | 'returnUrl'>,
  ) {
    super(`the connected accounts cannot be shown: ${reason}`, link?.tenantId, link?.returnUrl ?? undefined);
  }

  outcome(language: Language): Outcome & { status: number } {
    const isEnd = this.reason !== 'cross_site';
    return { status: STATUSES[this.reason], tone: 'bad', isEnd, ...textsOf(language).accounts.refusals[this.reason] };
  }
}
