/** What an answer was like, apart from its words. */
export interface AnswerFacts {
  status: number;
  contentType?: string;
  looksLike: 'json' | 'form' | 'html' | 'empty' | 'text';
  /** Of a redirect. */
  location?: string;
  /** How long it asks to be left alone, in milliseconds (RFC 9110, 10.2.3). */
  retryAfterMs?: number;
}

/**
 * Why there is no token. `code` is stable; messages hold no secret and nothing of a body that is not an OAuth error.
 *
 * - `refused`: the provider said no, in OAuth's words
 * - `unreadable`: it answered, but not with a token and not with an OAuth error
 * - `unavailable`: it did not answer, or asked for patience (5xx, 429)
 */
export class TokenError extends Error {
  /** What answered, for those who look into it. */
  answer?: AnswerFacts;
  /** The provider's own words (RFC 6749, 5.2), short and on one line. */
  description?: string;

  constructor(
    readonly kind: 'refused' | 'unreadable' | 'unavailable',
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TokenError';
  }

  /** The same, with what answered, and with the provider's words as they may be shown. */
  seen(answer: AnswerFacts, safe: (words: string) => string): TokenError {
    const error = new TokenError(this.kind, safe(this.code), safe(this.message));
    error.answer = answer;
    error.description = this.description && safe(this.description);
    return error;
  }

  /** The grant itself is used up, revoked or expired (RFC 6749, 5.2): asking again is pointless. */
  get isGrantGone(): boolean {
    return this.kind === 'refused' && this.code === 'invalid_grant';
  }
}
