import type { OAuthClient } from './client.js';

/** A request to a token or revocation endpoint, ready to be sent by POST. */
export interface EndpointRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** The parameters of a grant: a code with its redirect URI and verifier (RFC 6749, section 4.1.3; RFC 7636, section 4.5), or a refresh token (RFC 6749, section 6). */
export type Grant = { grant_type: 'authorization_code' | 'refresh_token' } & Record<string, string>;

/**
 * Builds a token request with exactly one client authentication method (RFC 6749, section 2.3).
 *
 * `token_params` never replace the parameters of the grant. A refresh goes to the refresh URL, if there is one, with `refresh_params`
 * instead of the grant's own parameters; if access tokens are exchanged, the grant's `refresh_token` is the access token.
 */
export function tokenRequest(client: OAuthClient, grant: Grant): EndpointRequest {
  const { token_url, refresh_url = token_url, token_params, resource } = client;
  const isRefresh = grant.grant_type === 'refresh_token';
  const params = isRefresh ? refreshParameters(client, grant) : grant;
  const extra = { ...token_params, ...(resource && { resource }) };
  return endpointRequest(client, isRefresh ? refresh_url : token_url, { ...extra, ...params });
}

function refreshParameters({ refresh_params }: OAuthClient, grant: Grant): Record<string, string> {
  if (!refresh_params) return grant;
  const filled = (text: string) => text.replaceAll(/\{(?:refresh|access)_token\}/g, () => grant['refresh_token'] ?? '');
  return Object.fromEntries(Object.entries(refresh_params).map(([name, text]) => [name, filled(text)]));
}

/** Builds a revocation request (RFC 7009, section 2.1): a form, whatever the token endpoint accepts. */
export function revocationRequest(
  client: OAuthClient & { revocation_url: string },
  token: string,
  hint: 'access_token' | 'refresh_token',
): EndpointRequest {
  const form = { ...client, authorization_content_type: 'application/x-www-form-urlencoded' } as const;
  return endpointRequest(form, client.revocation_url, { token, token_type_hint: hint });
}

function endpointRequest(client: OAuthClient, url: string, params: Record<string, string>): EndpointRequest {
  const { client_id, client_secret, token_exchange_method, authorization_content_type: contentType } = client;
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': contentType };
  let all = params;
  if (token_exchange_method === 'basic_auth_header') {
    headers['authorization'] = basicAuthorization(client_id, client_secret ?? '');
  } else {
    all = { ...params, client_id, ...(client_secret !== undefined && { client_secret }) };
  }
  const body = contentType === 'application/json' ? JSON.stringify(all) : new URLSearchParams(all).toString();
  return { url, headers, body };
}

/** Form-encodes id and secret before joining them, so that a colon in either is unambiguous (RFC 6749, section 2.3.1). */
function basicAuthorization(clientId: string, clientSecret: string): string {
  const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
  return `Basic ${Buffer.from(pair, 'latin1').toString('base64')}`;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
