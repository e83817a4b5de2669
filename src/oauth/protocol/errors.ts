/** The facts of a response besides its text. */
export interface ResponseFacts {
  status: number;
  contentType?: string;
  looksLike: 'json' | 'form' | 'html' | 'empty' | 'text';
  /** The target of a redirect. */
  location?: string;
  /** The delay that the server asks for, in milliseconds (RFC 9110, section 10.2.3). */
  retryAfterMs?: number;
}

/**
 * A token request failed. `code` is stable; messages hold no secret, and no text of a body that is not an OAuth error.
 *
 * - `refused`: the provider responded with an OAuth error
 * - `unreadable`: the response holds neither a token nor an OAuth error
 * - `unavailable`: there was no response, or a temporary one (408, 429, 5xx)
 */
export class TokenError extends Error {
  /** The facts of the response, for diagnosis. */
  response?: ResponseFacts;
  /** The provider's `error_description` (RFC 6749, section 5.2), short and on one line. */
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

  /** Returns a copy that carries the facts of the response, with the provider's text redacted. */
  withResponse(response: ResponseFacts, redact: (text: string) => string): TokenError {
    const error = new TokenError(this.kind, redact(this.code), redact(this.message));
    error.response = response;
    error.description = this.description && redact(this.description);
    return error;
  }

  /** Whether the grant is invalid, expired or revoked (RFC 6749, section 5.2), so that a retry cannot succeed. */
  get isInvalidGrant(): boolean {
    return this.kind === 'refused' && this.code === 'invalid_grant';
  }
}
