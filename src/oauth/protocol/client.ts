/**
 * A client registration at an authorization server, as an action's OAuth schema stores it. The names are those of ChatGPT's editor, so
 * `authorization_content_type` is the content type of the token request.
 */
export interface OAuthSettings {
  client_id: string;
  authorization_url: string;
  token_url: string;
  scope?: string;
  token_exchange_method: 'default_post' | 'basic_auth_header';
  authorization_content_type: 'application/x-www-form-urlencoded' | 'application/json';
  pkce: 'auto' | 'required' | 'off';
  scope_separator: string;
  authorization_params?: Record<string, string>;
  token_params?: Record<string, string>;
  token_scheme: 'auto' | 'bearer' | 'basic';
  token_path?: string;
  error_path?: string;
  revocation_url?: string;
  /** The URL that refreshes tokens; the token URL if absent. */
  refresh_url?: string;
  /**
   * The parameters of a refresh, instead of `grant_type` and `refresh_token`. `{refresh_token}` and `{access_token}` in a value are
   * replaced by the token. With the latter, access tokens are exchanged for newer ones.
   */
  refresh_params?: Record<string, string>;
  /** The responses with which the API rejects an access token, besides 401. All given parts must match. */
  token_refused_when?: { statuses?: number[]; pointer?: string; values?: string[] };
  /** The authorization server's identifier (RFC 8414, section 2). */
  issuer?: string;
  /** The issuer's metadata at the time when the schema was saved. */
  metadata?: KnownMetadata;
  resource?: string;
}

/** The capabilities that metadata lists besides the endpoints (RFC 8414, section 2; RFC 9207, section 3). */
export interface KnownMetadata {
  authorization_response_iss_parameter_supported?: boolean;
  code_challenge_methods_supported?: string[];
  token_endpoint_auth_methods_supported?: string[];
  /** Only stored if `true` (RFC 9126, section 5). */
  require_pushed_authorization_requests?: true;
  /** Only stored if `true` (RFC 9101, section 10.5). */
  require_signed_request_object?: true;
}

/**
 * Whether a flow sends a PKCE challenge (RFC 7636). `auto` omits it only if the issuer's metadata lists challenge methods without S256: a
 * provider that lists none must ignore unknown parameters (RFC 6749, section 3.1).
 */
export function usesPkce({ pkce, metadata }: OAuthSettings): boolean {
  const methods = metadata?.code_challenge_methods_supported;
  return pkce === 'required' || (pkce === 'auto' && (methods === undefined || methods.includes('S256')));
}

/** Whether access tokens are exchanged for newer ones, without a refresh token (provider quirk 9). */
export function exchangesAccessTokens({ refresh_params }: OAuthSettings): boolean {
  return Object.values(refresh_params ?? {}).some((value) => value.includes('{access_token}'));
}

/** A client registration with its secret; public clients have none. */
export interface OAuthClient extends OAuthSettings {
  client_secret?: string;
  /** The tenant that the client belongs to; absent in the state of sign-ins that an earlier version began. */
  tenantId?: string;
}
