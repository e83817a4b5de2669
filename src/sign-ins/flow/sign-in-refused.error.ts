import { PageError, textsOf, type Language, type Outcome, type RefusalReason } from '../../pages/index.js';

const STATUSES: Record<RefusalReason, number> = {
  unknown: 404,
  no_state: 400,
  ended: 410,
  expired: 410,
  too_many_attempts: 429,
  other_browser: 400,
  cross_site: 400,
};

/** A browser cannot continue its sign-in. Nothing was changed and no code was sent anywhere. */
export class SignInRefusedError extends PageError {
  /** @param tenantId the tenant of the sign-in, if it is known */
  constructor(
    readonly reason: RefusalReason,
    tenantId?: string,
  ) {
    super(`the sign-in cannot continue: ${reason}`, tenantId);
  }

  outcome(language: Language): Outcome & { status: number } {
    return { status: STATUSES[this.reason], tone: 'bad', ...textsOf(language).refusals[this.reason] };
  }
}
