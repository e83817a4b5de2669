/**
 * A client registration at an authorization server, as an action's OAuth schema stores it. The names are those of the
 * editor that this follows, so `authorization_content_type` is the content type of the token request.
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
  /** Where tokens are renewed, when that is not the token URL. */
  refresh_url?: string;
  /**
   * The parameters of a refresh in place of `grant_type` and `refresh_token`; `{refresh_token}` and `{access_token}` in a value stand
   * for the token. With the latter, access tokens themselves are exchanged for newer ones.
   */
  refresh_params?: Record<string, string>;
  /** The authorization server's identifier (RFC 8414, section 2). */
  issuer?: string;
  /** What the issuer's metadata said when the schema was saved. */
  metadata?: KnownMetadata;
  resource?: string;
}

/** What metadata says of an authorization server besides where it is (RFC 8414, section 2; RFC 9207, section 3). */
export interface KnownMetadata {
  authorization_response_iss_parameter_supported?: boolean;
  code_challenge_methods_supported?: string[];
  token_endpoint_auth_methods_supported?: string[];
}

/**
 * Whether a flow carries a PKCE challenge (RFC 7636). `auto` leaves it out only where the issuer's metadata lists challenge methods and
 * S256 is none of them: a provider that lists nothing has to ignore what it does not know.
 */
export function usesPkce({ pkce, metadata }: OAuthSettings): boolean {
  const methods = metadata?.code_challenge_methods_supported;
  return pkce === 'required' || (pkce === 'auto' && (methods === undefined || methods.includes('S256')));
}

/** Whether access tokens are exchanged for newer ones, without a refresh token (PROVIDERS 9). */
export function exchangesAccessTokens({ refresh_params }: OAuthSettings): boolean {
  return Object.values(refresh_params ?? {}).some((value) => value.includes('{access_token}'));
}

/** The registration with its secret; public clients have none. */
export interface OAuthClient extends OAuthSettings {
  client_secret?: string;
}
