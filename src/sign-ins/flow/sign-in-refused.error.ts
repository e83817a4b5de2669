import { PageError, textsOf, type Language, type Outcome, type RefusalReason } from '../../pages/index.js';
import type { SignIn } from './sign-in.entity.js';

const STATUSES: Record<RefusalReason, number> = {
  unknown: 404,
  no_state: 400,
  ended: 410,
  expired: 410,
  too_many_attempts: 429,
  other_browser: 400,
  other_user: 403,
  cross_site: 400,
  not_stored: 503,
};

/** Refusals after which the user can go on with the same link. */
const RETRYABLE: readonly RefusalReason[] = ['other_browser', 'other_user', 'cross_site'];

/** A browser cannot continue its sign-in. No code was sent anywhere, except for `not_stored`. */
export class SignInRefusedError extends PageError {
  /** @param signIn the sign-in, or at least its tenant, if it is known */
  constructor(
    readonly reason: RefusalReason,
    signIn?: Pick<SignIn, 'tenantId'> & Partial<Pick<SignIn, 'returnUrl'>>,
  ) {
    super(`the sign-in cannot continue: ${reason}`, signIn?.tenantId, signIn?.returnUrl ?? undefined);
  }

  outcome(language: Language): Outcome & { status: number } {
    const isEnd = !RETRYABLE.includes(this.reason);
    return { status: STATUSES[this.reason], tone: 'bad', isEnd, ...textsOf(language).refusals[this.reason] };
  }
}
