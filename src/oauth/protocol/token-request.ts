import { basicAuthorization } from './basic-authorization.js';
import type { OAuthClient } from './client.js';

/** A request to a token or revocation endpoint, ready to be sent. */
export interface EndpointRequest {
  method: 'POST' | 'GET';
  /** With GET, the query contains the parameters, and possibly the client secret. */
  url: string;
  headers: Record<string, string>;
  /** Absent with GET. */
  body?: string;
}

/** The parameters of a grant: a code with its redirect URI and verifier (RFC 6749, section 4.1.3; RFC 7636, section 4.5), or a refresh token (RFC 6749, section 6). */
export type Grant = { grant_type: 'authorization_code' | 'refresh_token' } & Record<string, string>;

/** The parameters of `refresh_params` that a refresh may have in addition to its standard ones. */
export const ADDITIONAL_REFRESH_PARAMS: readonly string[] = ['scope', 'redirect_uri'];

/**
 * Builds a token request with exactly one client authentication method (RFC 6749, section 2.3).
 *
 * `token_params` never replace the parameters of the grant. A refresh goes to the refresh URL, if there is one, with `refresh_params`
 * instead of the grant's own parameters; if access tokens are exchanged, the grant's `refresh_token` is the access token.
 */
export function tokenRequest(client: OAuthClient, grant: Grant): EndpointRequest {
  const { token_url, refresh_url = token_url, token_params, resource, token_request_method = 'POST' } = client;
  const isRefresh = grant.grant_type === 'refresh_token';
  const { scope, ...others } = token_params ?? {};
  const extra = { ...others, ...(!isRefresh && scope !== undefined && { scope }), ...(resource && { resource }) };
  const params = isRefresh ? refreshParameters(client, grant) : grant;
  return endpointRequest(client, token_request_method, isRefresh ? refresh_url : token_url, { ...extra, ...params });
}

function refreshParameters({ refresh_params, redirectUri = '' }: OAuthClient, grant: Grant): Record<string, string> {
  if (!refresh_params) return grant;
  const values: Record<string, string | undefined> = {
    refresh_token: grant['refresh_token'],
    access_token: grant['refresh_token'],
    redirect_uri: redirectUri,
  };
  const filled = (text: string) =>
    text.replaceAll(/\{(refresh_token|access_token|redirect_uri)\}/g, (_, name: string) => values[name] ?? '');
  const params = Object.fromEntries(Object.entries(refresh_params).map(([name, text]) => [name, filled(text)]));
  const isAddition = Object.keys(params).every((name) => ADDITIONAL_REFRESH_PARAMS.includes(name));
  return isAddition ? { ...grant, ...params } : params;
}

/** Builds a revocation request (RFC 7009, section 2.1): a form, whatever the token endpoint accepts. */
export function revocationRequest(
  client: OAuthClient & { revocation_url: string },
  token: string,
  hint: 'access_token' | 'refresh_token',
): EndpointRequest {
  const form = { ...client, authorization_content_type: 'application/x-www-form-urlencoded' } as const;
  return endpointRequest(form, 'POST', client.revocation_url, { token, token_type_hint: hint });
}

function endpointRequest(
  client: OAuthClient,
  method: EndpointRequest['method'],
  url: string,
  params: Record<string, string>,
): EndpointRequest {
  const { client_id, client_secret, token_headers = {}, authorization_content_type: contentType } = client;
  const authorization = basicAuthorization(client);
  const isInParameters = authorization === undefined;
  const all = {
    ...params,
    ...(isInParameters && { client_id, ...(client_secret !== undefined && { client_secret }) }),
  };
  const headers = {
    accept: 'application/json',
    ...lowerCaseNames(token_headers),
    ...(!isInParameters && { authorization }),
  };
  if (method === 'GET') return { method, url: withQuery(url, all), headers };
  const body = contentType === 'application/json' ? JSON.stringify(all) : new URLSearchParams(all).toString();
  return { method, url, headers: { ...headers, 'content-type': contentType }, body };
}

/** Adds parameters to the query of a URL, and replaces those of the same name. */
function withQuery(url: string, params: Record<string, string>): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  return target.href;
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
