import OAuth2Strategy from 'passport-oauth2';
import { randomSecret } from '../../common/index.js';
import type { ConnectionValues } from './connection-values.js';
import { usesPkce, type OAuthClient } from './client.js';
import { requestedScopes } from './scope.js';
import type { Grant } from './token-request.js';

/** An authorization request (RFC 6749, section 4.1.1) and the values that the flow keeps. */
export interface AuthorizationRequest {
  url: string;
  /** 256 random bits. */
  state: string;
  /** The PKCE verifier (RFC 7636), if the flow uses PKCE. */
  verifier?: string;
}

/** The state of an authorization code flow. Its code is redeemed at the token endpoint that it started with (security rule C9). */
export interface CodeFlowState {
  client: OAuthClient;
  redirectUri: string;
  verifier?: string;
  /** The authorization request; absent in the state of sign-ins that an earlier version began. */
  url?: string;
  /** The values of the callback that calls need. */
  values?: ConnectionValues;
}

/** Builds an authorization request with a fresh state and, with PKCE, a fresh verifier. */
export function authorizationRequest(client: OAuthClient, redirectUri: string): Promise<AuthorizationRequest> {
  return new Promise((resolve, reject) => {
    const state = randomSecret();
    let verifier: string | undefined;
    const strategy = new AuthorizationRequestStrategy(client, redirectUri, (created) => {
      verifier = created;
      return state;
    });
    // A strategy reports its result through methods that its caller sets.
    strategy.redirect = (url) => resolve({ url, state, verifier });
    strategy.error = reject;
    strategy.authenticate({} as Parameters<typeof strategy.authenticate>[0]);
  });
}

/** Returns the grant that redeems a code (RFC 6749, section 4.1.3). */
export function codeGrant({ redirectUri, verifier }: CodeFlowState, code: string): Grant {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(verifier !== undefined && { code_verifier: verifier }),
  };
}

/**
 * `passport-oauth2` for the first half of the flow. The second half is the server's own: the state is checked and consumed in the database,
 * and `passport-oauth2` knows neither JSON token requests nor deadlines.
 */
class AuthorizationRequestStrategy extends OAuth2Strategy {
  /** @param start receives the PKCE verifier and returns the state */
  constructor(
    private readonly client: OAuthClient,
    redirectUri: string,
    start: (verifier: string | undefined) => string,
  ) {
    const scopes = requestedScopes(client.scope);
    const options = {
      authorizationURL: client.authorization_url,
      tokenURL: client.token_url,
      clientID: client.client_id,
      clientSecret: '',
      callbackURL: redirectUri,
      // An empty scope is omitted: some servers refuse `scope=`, and the parameter is optional (RFC 6749, section 3.3).
      scope: scopes.length > 0 ? scopes : undefined,
      scopeSeparator: client.scope_separator,
      pkce: usesPkce(client) ? 'S256' : undefined,
      store: {
        store: (_request: unknown, verifier: string | undefined, _state: unknown, _meta: unknown, done: StateStored) =>
          done(null, start(verifier)),
      },
    };
    super(options as unknown as OAuth2Strategy.StrategyOptions, () => {
      throw new Error('the strategy does not redeem codes');
    });
  }

  override authorizationParams(): object {
    const { authorization_params, resource } = this.client;
    return { ...authorization_params, ...(resource && { resource }) };
  }
}

type StateStored = (error: null, state: string) => void;
