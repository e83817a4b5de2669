import { callbackify } from 'node:util';
import OAuth2Strategy, { type StateStore } from 'passport-oauth2';
import { usesPkce, type OAuthClient } from '../protocol/client.js';
import { requestedScopes } from '../protocol/scope.js';
import type { GrantedTokens } from '../protocol/token-answer.js';

/** What one run of the flow needs from outside the protocol. */
export interface FlowParts {
  redirectUri: string;
  stateStore: StateStore;
  /** Makes the token request for a code; `params` are grant type, redirect URI and verifier. */
  exchange(code: string, params: Record<string, string>): Promise<GrantedTokens>;
}

type ExchangeCallback = (error: unknown, accessToken?: string, refreshToken?: string, granted?: GrantedTokens) => void;

/**
 * The authorization code grant (RFC 6749, 4.1) with PKCE (RFC 7636), for one run of the flow.
 *
 * `passport-oauth2` knows no JSON token requests, no refresh and no deadline, so what stands in its `_oauth2` is our own client.
 * The user it passes is what was granted.
 */
export class AuthorizationCodeStrategy extends OAuth2Strategy {
  constructor(
    private readonly client: OAuthClient,
    { redirectUri, stateStore, exchange }: FlowParts,
  ) {
    super(
      {
        authorizationURL: client.authorization_url,
        tokenURL: client.token_url,
        clientID: client.client_id,
        clientSecret: '',
        callbackURL: redirectUri,
        scope: scopesOf(client),
        scopeSeparator: client.scope_separator,
        pkce: usesPkce(client) ? 'S256' : undefined,
        store: stateStore,
        skipUserProfile: true,
      } as OAuth2Strategy.StrategyOptions,
      (_access: string, _refresh: string, granted: GrantedTokens, _profile: unknown, done: VerifyCallback) =>
        done(null, granted),
    );
    const ask = callbackify(exchange);
    const getToken = (code: string, params: Record<string, string>, done: ExchangeCallback) =>
      ask(code, params, (error, granted) =>
        error ? done(error) : done(null, granted.accessToken, granted.refreshToken, granted),
      );
    this._oauth2.getOAuthAccessToken = getToken as unknown as typeof this._oauth2.getOAuthAccessToken;
  }

  override authorizationParams(): object {
    const { authorization_params, resource } = this.client;
    return { ...authorization_params, ...(resource && { resource }) };
  }

  /** Leaves the failure of a token request as it is; the library would turn it into one that quotes the provider's body. */
  _createOAuthError(_message: string, error: Error): Error {
    return error;
  }
}

type VerifyCallback = (error: null, granted: GrantedTokens) => void;

/** An empty scope is left out: some servers refuse `scope=` (RFC 6749, 3.3 makes the parameter optional). */
function scopesOf({ scope }: OAuthClient): string[] | undefined {
  const scopes = requestedScopes(scope);
  return scopes.length > 0 ? scopes : undefined;
}
