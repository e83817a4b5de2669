import type { ConnectionValue } from './connection-values.js';

/**
 * A client registration at an authorization server, as an action's OAuth schema stores it. The names are those of ChatGPT's editor, so
 * `authorization_content_type` is the content type of the token request.
 */
export interface OAuthSettings {
  client_id: string;
  authorization_url: string;
  token_url: string;
  scope?: string;
  /**
   * The client authentication (RFC 6749, section 2.3.1). `basic_auth_header_raw` joins id and secret without form-encoding them, for servers
   * that do not decode the pair.
   */
  token_exchange_method: 'default_post' | 'basic_auth_header' | 'basic_auth_header_raw';
  authorization_content_type: 'application/x-www-form-urlencoded' | 'application/json';
  /** The method of token requests, POST if absent. With GET, the parameters are in the query. */
  token_request_method?: 'POST' | 'GET';
  pkce: 'auto' | 'required' | 'off';
  scope_separator: string;
  authorization_params?: Record<string, string>;
  /** Further parameters of token requests. `scope` is sent with the code only; that of a refresh is in `refresh_params`. */
  token_params?: Record<string, string>;
  token_scheme: 'auto' | 'bearer' | 'basic';
  /** The header that carries the token of a call, `Authorization` if absent. */
  token_header_name?: string;
  /** The text before the token of a call, instead of `token_scheme`; empty for the bare token. */
  token_prefix?: string;
  token_path?: string;
  error_path?: string;
  revocation_url?: string;
  /** The URL that refreshes tokens; the token URL if absent. */
  refresh_url?: string;
  /**
   * The parameters of a refresh, instead of `grant_type` and `refresh_token`; `scope` and `redirect_uri` alone are added to these. In a
   * value, `{refresh_token}` and `{access_token}` are replaced by the token, and `{redirect_uri}` by the redirect URI of the action. With
   * `{access_token}`, access tokens are exchanged for newer ones.
   */
  refresh_params?: Record<string, string>;
  /** The responses with which the API rejects an access token, besides 401. All given parts must match. */
  token_refused_when?: { statuses?: number[]; pointer?: string; values?: string[] };
  /** The authorization server's identifier (RFC 8414, section 2). */
  issuer?: string;
  /** The issuer's metadata at the time when the schema was saved. */
  metadata?: KnownMetadata;
  resource?: string;
  connection_values?: ConnectionValue[];
  /** The hosts that values of connections may lead to. */
  allowed_hosts?: string[];
  /** Learned: the server accepted the Basic pair of `basic_auth_header` only without form-encoding. */
  learned_raw_basic?: boolean;
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
  /** Headers of requests to the token, refresh and revocation endpoints. The values are secret. */
  token_headers?: Record<string, string>;
  /** The server URL of the action, with `{connection.<name>}` for values of the connection; absent where no tokens are requested. */
  serverUrl?: string;
  /** The action's redirect URI; absent where no refresh follows. */
  redirectUri?: string;
  /** The action that the client belongs to; absent like `tenantId`. */
  actionId?: string;
  /** The tenant that the client belongs to; absent in the state of sign-ins that an earlier version began. */
  tenantId?: string;
}
