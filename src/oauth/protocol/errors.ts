import type { BodyFormat } from './body-format.js';
import type { Concern } from './rejection.js';

/** The facts of a response besides its text. */
export interface ResponseFacts {
  status: number;
  contentType?: string;
  looksLike: BodyFormat;
  /** The target of a redirect. */
  location?: string;
  /** The delay that the server asks for, in milliseconds (RFC 9110, section 10.2.3). */
  retryAfterMs?: number;
}

/**
 * A token request failed. `code` is stable; messages hold no secret, and no text of a body that is not an error.
 *
 * - `refused`: the provider responded with an error that can be read, of OAuth or its own; `concern` says what it is about
 * - `unreadable`: the response holds neither a token nor such an error
 * - `unavailable`: there was no response, or one that asks to retry (407, 408, 425, 429, 5xx)
 */
export class TokenError extends Error {
  /** The facts of the response, for diagnosis. */
  response?: ResponseFacts;
  /** The provider's error code; absent if it sent none, so that `code` is one of ours. */
  providerCode?: string;
  /** The provider's `error_description` (RFC 6749, section 5.2), short and on one line. */
  description?: string;
  /** What the error is about, for the decision whether to retry, to offer a sign-in, or to name a setting. */
  concern: Concern;

  constructor(
    readonly kind: 'refused' | 'unreadable' | 'unavailable',
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TokenError';
    this.concern = kind === 'unavailable' ? 'temporary' : code === 'invalid_grant' ? 'grant' : 'unreadable';
  }

  /** Returns a copy that carries the facts of the response, with the provider's text redacted. */
  withResponse(response: ResponseFacts, redact: (text: string) => string): TokenError {
    const error = new TokenError(this.kind, redact(this.code), redact(this.message));
    error.response = response;
    error.providerCode = this.providerCode && redact(this.providerCode);
    error.description = this.description && redact(this.description);
    error.concern = this.concern;
    return error;
  }

  /** Whether the provider sent the code `invalid_grant` (RFC 6749, section 5.2). */
  get isInvalidGrant(): boolean {
    return this.kind === 'refused' && this.code === 'invalid_grant';
  }

  /**
   * Whether the provider rejects the code or the refresh token, in whatever words. An error that is about neither the client nor the request
   * counts too, because a new sign-in is all that can help.
   */
  get rejectsGrant(): boolean {
    return this.kind === 'refused' && (this.concern === 'grant' || this.concern === 'other');
  }
}
