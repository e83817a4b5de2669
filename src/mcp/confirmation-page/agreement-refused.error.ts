import { PageError, textsOf, type Language, type Outcome } from '../../pages/index.js';

const STATUSES = { unknown: 404, expired: 410, answered: 410, other_user: 403, cross_site: 400 } as const;

/** The page of a call cannot be shown or answered. Nothing was changed. */
export class AgreementRefusedError extends PageError {
  constructor(
    readonly reason: keyof typeof STATUSES,
    tenantId?: string,
  ) {
    super(`the call cannot be confirmed: ${reason}`, tenantId);
  }

  outcome(language: Language): Outcome & { status: number } {
    const isEnd = this.reason !== 'cross_site' && this.reason !== 'other_user';
    return {
      status: STATUSES[this.reason],
      tone: 'bad',
      isEnd,
      ...textsOf(language).confirmation.refusals[this.reason],
    };
  }
}
