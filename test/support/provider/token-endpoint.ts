import type { Behaviour, EndpointRequest, TokenResponse } from './behaviour.js';
import type { Clients } from './clients.js';
import { fillIn } from './fill-in.js';
import type { Grant, Grants } from './grants.js';
import { Refused } from './refused.js';

/** The token endpoint: validates requests according to the standards and responds according to the behavior. */
export class TokenEndpoint {
  constructor(
    private readonly clients: Clients,
    private readonly grants: Grants,
    /** Called for each access token that is issued for a code. */
    private readonly onGranted: (code: string, accessToken: string) => void,
  ) {}

  answer(request: EndpointRequest, behaviour: Behaviour): TokenResponse {
    const other = otherAnswer(request, behaviour);
    const tellsGranted = /\{\{granted\b/.test(JSON.stringify(other ?? ''));
    if (other && !tellsGranted) return filledIn(other, request, {});
    try {
      const granted = this.granted(request, behaviour);
      return filledIn(other ?? { body: '{{granted}}' }, request, granted);
    } catch (error) {
      if (error instanceof Refused) return refusal(error);
      throw error;
    }
  }

  /** @throws {Refused} */
  private granted(request: EndpointRequest, behaviour: Behaviour): Record<string, unknown> {
    const clientId = this.clientOf(request, behaviour);
    const { params } = request;
    if (isRefresh(params, behaviour)) return this.refreshed(clientId, request, behaviour);
    if (params['grant_type'] !== 'authorization_code' || isAtRefreshPath(request, behaviour)) throw wrongGrantType();
    const grant = this.grants.ofCode(clientId, params);
    const hasRefreshToken = (behaviour.issuesRefreshTokens ?? true) && behaviour.exchangeGrant === undefined;
    const tokens = this.tokens(grant, behaviour, hasRefreshToken);
    this.onGranted(params['code'] ?? '', String(tokens['access_token']));
    return tokens;
  }

  private refreshed(clientId: string, request: EndpointRequest, behaviour: Behaviour): Record<string, unknown> {
    const { rotates = false, reuseEndsGrant, exchangeGrant, refreshPath } = behaviour;
    if (refreshPath !== undefined && !isAtRefreshPath(request, behaviour)) throw wrongGrantType();
    const { accessTokens, refreshTokens } = this.grants;
    const live = exchangeGrant === undefined ? refreshTokens : accessTokens;
    const token = request.params[exchangeGrant ?? 'refresh_token'] ?? '';
    const grant = this.grants.ofToken(clientId, token, live, reuseEndsGrant);
    if (rotates) live.delete(token);
    return this.tokens(grant, behaviour, rotates && exchangeGrant === undefined);
  }

  private clientOf(request: EndpointRequest, { contentType, authentication, pkce }: Behaviour): string {
    if (request.method !== 'POST') throw new Refused('invalid_request', 'ask by POST', 405);
    if (contentType !== undefined && request.headers['content-type'] !== contentType) {
      throw new Refused('invalid_request', `the body must be ${contentType}`, 415);
    }
    if (pkce === 'refused with the code' && 'code_verifier' in request.params) {
      throw new Refused('invalid_request', 'unknown parameter: code_verifier');
    }
    return this.clients.authenticate(request, authentication);
  }

  private tokens(grant: Grant, { expiresIn = 3600, padding, extra }: Behaviour, hasRefreshToken: boolean) {
    return {
      access_token: this.grants.accessToken(grant, padding),
      token_type: 'bearer',
      ...(hasRefreshToken && { refresh_token: this.grants.refreshToken(grant, padding) }),
      ...(expiresIn !== null && { expires_in: expiresIn }),
      ...extra,
    };
  }
}

function isRefresh({ grant_type }: Record<string, string>, { exchangeGrant = 'refresh_token' }: Behaviour): boolean {
  return grant_type === exchangeGrant;
}

function isAtRefreshPath({ path }: EndpointRequest, { refreshPath }: Behaviour): boolean {
  return path === refreshPath;
}

function otherAnswer({ params }: EndpointRequest, behaviour: Behaviour): TokenResponse | undefined {
  const { tokenAnswers, refreshAnswer, tokenAnswer } = behaviour;
  return tokenAnswers?.(params) ?? (isRefresh(params, behaviour) ? refreshAnswer : undefined) ?? tokenAnswer;
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

function wrongGrantType(): Refused {
  return new Refused('unsupported_grant_type', 'not at this endpoint');
}

function refusal({ code, description, status }: Refused): TokenResponse {
  return { status, body: JSON.stringify({ error: code, error_description: description }) };
}
