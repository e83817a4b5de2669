import type { Behavior, EndpointRequest, TokenResponse } from './behavior.js';
import type { Clients } from './clients.js';
import { fillIn } from './fill-in.js';
import type { Grant, Grants } from './grants.js';
import { OAuthError } from './oauth-error.js';

/** The token endpoint: validates requests according to the standards and responds according to the behavior. */
export class TokenEndpoint {
  constructor(
    private readonly clients: Clients,
    private readonly grants: Grants,
    /** Called for each access token that is issued for a code. */
    private readonly onGranted: (code: string, accessToken: string) => void,
  ) {}

  respond(request: EndpointRequest, behavior: Behavior): TokenResponse {
    const other = overridingResponse(request, behavior);
    const tellsGranted = /\{\{granted\b/.test(JSON.stringify(other ?? ''));
    if (other && !tellsGranted) return filledIn(other, request, {});
    try {
      const granted = this.granted(request, behavior);
      return filledIn(other ?? { body: '{{granted}}' }, request, granted);
    } catch (error) {
      if (error instanceof OAuthError) return errorResponse(error);
      throw error;
    }
  }

  /** @throws {OAuthError} */
  private granted(request: EndpointRequest, behavior: Behavior): Record<string, unknown> {
    const { params } = request;
    if (behavior.validatesCodeFirst && !this.grants.hasCode(params['code'] ?? '')) {
      throw new OAuthError('invalid_grant', 'invalid code');
    }
    const clientId = this.clientOf(request, behavior);
    if (isRefresh(params, behavior)) return this.refreshed(clientId, request, behavior);
    if (params['grant_type'] !== 'authorization_code' || isAtRefreshPath(request, behavior)) throw wrongGrantType();
    const grant = this.grants.redeemCode(clientId, params);
    const hasRefreshToken = (behavior.issuesRefreshTokens ?? true) && behavior.exchangeGrant === undefined;
    const tokens = this.tokens(grant, behavior, hasRefreshToken);
    this.onGranted(params['code'] ?? '', String(tokens['access_token']));
    return tokens;
  }

  private refreshed(clientId: string, request: EndpointRequest, behavior: Behavior): Record<string, unknown> {
    const { rotates = false, reuseEndsGrant, exchangeGrant, refreshPath } = behavior;
    if (refreshPath !== undefined && !isAtRefreshPath(request, behavior)) throw wrongGrantType();
    const { accessTokens, refreshTokens } = this.grants;
    const live = exchangeGrant === undefined ? refreshTokens : accessTokens;
    const token = request.params[exchangeGrant ?? 'refresh_token'] ?? '';
    const grant = this.grants.findByToken(clientId, token, live, reuseEndsGrant);
    if (rotates) live.delete(token);
    return this.tokens(grant, behavior, rotates && exchangeGrant === undefined);
  }

  private clientOf(request: EndpointRequest, behavior: Behavior): string {
    const { contentType, pkce, tokenMethod = 'POST', wantedHeaders, wantedTokenParams = {} } = behavior;
    if (request.method !== tokenMethod) throw new OAuthError('invalid_request', `ask by ${tokenMethod}`, 405);
    requireAll(request.headers, wantedHeaders, 'header');
    requireAll(request.params, wantedTokenParams[request.params['grant_type'] ?? ''], 'parameter');
    if (contentType !== undefined && request.headers['content-type'] !== contentType) {
      throw new OAuthError('invalid_request', `the body must be ${contentType}`, 415);
    }
    if (pkce === 'refused at the token endpoint' && 'code_verifier' in request.params) {
      throw new OAuthError('invalid_request', 'unknown parameter: code_verifier');
    }
    return this.clients.authenticate(request, behavior);
  }

  private tokens(grant: Grant, { expiresIn = 3600, padding, extra }: Behavior, hasRefreshToken: boolean) {
    return {
      access_token: this.grants.issueAccessToken(grant, padding),
      token_type: 'bearer',
      ...(hasRefreshToken && { refresh_token: this.grants.issueRefreshToken(grant, padding) }),
      ...(expiresIn !== null && { expires_in: expiresIn }),
      ...extra,
    };
  }
}

function requireAll(given: Record<string, string>, wanted: Record<string, string> = {}, kind: string): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (given[name] !== value) throw new OAuthError('invalid_request', `the ${kind} ${name} is missing or wrong`);
  }
}

function isRefresh({ grant_type }: Record<string, string>, { exchangeGrant = 'refresh_token' }: Behavior): boolean {
  return grant_type === exchangeGrant;
}

function isAtRefreshPath({ path }: EndpointRequest, { refreshPath }: Behavior): boolean {
  return path.split('?')[0] === refreshPath;
}

function overridingResponse({ params }: EndpointRequest, behavior: Behavior): TokenResponse | undefined {
  const { tokenResponseFor, refreshResponse, tokenResponse } = behavior;
  return tokenResponseFor?.(params) ?? (isRefresh(params, behavior) ? refreshResponse : undefined) ?? tokenResponse;
}

function filledIn(template: TokenResponse, request: EndpointRequest, granted: Record<string, unknown>): TokenResponse {
  const values = {
    granted: JSON.stringify(granted),
    ...prefixed('granted', granted),
    ...prefixed('sent', request.params),
    'sent.authorization': request.headers['authorization'] ?? '',
  };
  const headers = Object.entries(template.headers ?? {}).map(([name, text]) => [name, fillIn(text, values)]);
  return { ...template, headers: Object.fromEntries(headers), body: fillIn(template.body, values) };
}

function prefixed(prefix: string, fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, String(value)]));
}

function wrongGrantType(): OAuthError {
  return new OAuthError('unsupported_grant_type', 'not at this endpoint');
}

function errorResponse({ code, description, status }: OAuthError): TokenResponse {
  return { status, body: JSON.stringify({ error: code, error_description: description }) };
}
