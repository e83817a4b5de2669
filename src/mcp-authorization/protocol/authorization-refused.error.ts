import { PageError, textsOf, type AuthorizationRefusal, type Language, type Outcome } from '../../pages/index.js';

const STATUSES: Record<AuthorizationRefusal, number> = {
  unknown: 404,
  client: 400,
  link: 403,
  expired: 410,
  ended: 409,
  other_browser: 403,
  cross_site: 403,
  changed: 409,
};

/** An authorization cannot go on in this browser, and there is no redirect URI that the error may be sent to. */
export class AuthorizationRefusedError extends PageError {
  /** @param detail what is wrong, for the developer of the client; shown on the page */
  constructor(
    readonly reason: AuthorizationRefusal,
    tenantId?: string,
    readonly detail?: string,
  ) {
    super(`the authorization was refused: ${reason}`, tenantId);
  }

  outcome(language: Language): Outcome & { status: number } {
    const { title, text } = textsOf(language).authorization.refusals[this.reason];
    const withDetail = this.detail === undefined ? text : `${text} (${this.detail})`;
    return { status: STATUSES[this.reason], tone: 'bad', isEnd: true, title, text: withDetail };
  }
}
