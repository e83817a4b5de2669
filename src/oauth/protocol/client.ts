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
  resource?: string;
}

/** The registration with its secret; public clients have none. */
export interface OAuthClient extends OAuthSettings {
  client_secret?: string;
}
