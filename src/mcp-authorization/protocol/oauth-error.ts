/** Error codes of RFC 6749 (sections 4.1.2.1 and 5.2), RFC 7591 (section 3.2.2), RFC 8707 (section 2) and OpenID Connect Core 1.0 (section 3.1.2.6). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'consent_required'
  | 'access_denied'
  | 'temporarily_unavailable';

/** A request of an OAuth client was refused. The message is for the client's developer and holds nothing secret. */
export class OAuthError extends Error {
  /** @param status HTTP status, if the error is not sent with a redirect */
  constructor(
    readonly code: OAuthErrorCode,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'OAuthError';
  }
}
