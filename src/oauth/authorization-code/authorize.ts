import type { StateStore } from 'passport-oauth2';
import passport from 'passport';
import { AuthorizationCodeStrategy } from './authorization-code.strategy.js';
import type { GrantedTokens } from '../protocol/token-answer.js';
import { randomSecret } from '../../common/index.js';
import type { OAuthClient } from '../protocol/client.js';

/** What an authorization code flow began with: its code goes to the token endpoint that it started with (SECURITY C9). */
export interface CodeMemory {
  client: OAuthClient;
  redirectUri: string;
  verifier?: string;
}

/** An authorization request (RFC 6749, 4.1.1), and what the flow has to remember of it. */
export interface AuthorizationRequest {
  url: string;
  state: string;
  verifier?: string;
}

/** Builds the authorization request: a fresh state, and with PKCE a fresh verifier. */
export function authorizationRequest(client: OAuthClient, redirectUri: string): Promise<AuthorizationRequest> {
  const state = randomSecret();
  let kept: string | undefined;
  const stateStore = {
    // passport-oauth2 tells by the number of parameters what to pass; five is the form with the verifier.
    store: (_request: unknown, verifier: string | undefined, _state: unknown, _meta: unknown, done: Done<string>) => {
      kept = verifier;
      done(null, state);
    },
    verify: () => undefined,
  } as unknown as StateStore;
  const exchange = () => Promise.reject(new Error('no code is exchanged here'));
  const strategy = new AuthorizationCodeStrategy(client, { redirectUri, stateStore, exchange });
  return run(strategy, {}).then((outcome) => {
    if (!('redirect' in outcome)) throw new Error('the authorization request was not built');
    return { url: outcome.redirect, state, verifier: kept };
  });
}

/**
 * Exchanges a code (RFC 6749, 4.1.3). The state has been checked and used up by then: that is what decides, once and in the
 * database, and the library only gets to hear of it.
 *
 * @throws {TokenError} as `exchange` does
 */
export async function exchangeCode(
  { client, redirectUri, verifier }: CodeMemory,
  code: string,
  exchange: (code: string, params: Record<string, string>) => Promise<GrantedTokens>,
): Promise<GrantedTokens> {
  const stateStore = {
    store: () => undefined,
    verify: (_request: unknown, _state: unknown, done: Verified) => done(null, verifier ?? true, undefined),
  } as unknown as StateStore;
  const strategy = new AuthorizationCodeStrategy(client, { redirectUri, stateStore, exchange });
  const outcome = await run(strategy, { query: { code, state: 'used' } });
  if (!('granted' in outcome)) throw new Error('the code was not exchanged');
  return outcome.granted;
}

type Done<T> = (error: null, value: T) => void;
type Verified = (error: null, ok: string | true, state: undefined) => void;
type Outcome = { redirect: string } | { granted: GrantedTokens } | { refused: unknown };

/** Runs the strategy through Passport; the library's redirect is caught instead of sent. */
function run(strategy: AuthorizationCodeStrategy, request: object): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const decided = (error: unknown, granted: GrantedTokens | false, challenge: unknown) => {
      if (error) reject(error as Error);
      else resolve(granted ? { granted } : { refused: challenge });
    };
    const headers: Record<string, string> = {};
    const response = {
      statusCode: 0,
      setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
      end: () => resolve({ redirect: headers['location'] ?? '' }),
    };
    const ask = passport.authenticate(strategy, { session: false }, decided) as Ask;
    ask(request, response, reject);
  });
}

type Ask = (request: object, response: object, next: (error: Error) => void) => void;
