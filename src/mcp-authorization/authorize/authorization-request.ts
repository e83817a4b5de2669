import { OAuthError } from '../protocol/oauth-error.js';
import type { Parameters } from '../protocol/parameters.js';
import { isCodeChallenge } from '../protocol/pkce.js';
import { checkResource } from '../protocol/resource.js';
import { grantScope } from '../protocol/scope.js';

/** The part of an authorization request that does not tell where the response goes. */
export interface AuthorizationRequest {
  codeChallenge: string;
  scope: string;
}

/** Longer states do not fit into the heads of requests together with the rest. */
const MAX_STATE_CHARACTERS = 4096;

/** Returns the `state`, which error responses have too. @throws {OAuthError} `invalid_request`: too long or repeated */
export function readState(parameters: Parameters): string | undefined {
  const state = parameters.get('state');
  if (state === undefined || state.length <= MAX_STATE_CHARACTERS) return state;
  throw new OAuthError('invalid_request', `state is longer than ${MAX_STATE_CHARACTERS} characters`);
}

/**
 * Checks an authorization request (OAuth 2.1, section 4.1.1) of a client with a valid redirect URI.
 *
 * @param url the MCP URL, which is the resource
 * @param scopes the scopes that can be granted
 * @throws {OAuthError} for an error response to the redirect URI
 */
export function readAuthorizationRequest(parameters: Parameters, url: string, scopes: string[]): AuthorizationRequest {
  if (parameters.get('request') !== undefined)
    throw new OAuthError('request_not_supported', 'send the parameters in the query instead of a request object');
  if (parameters.get('request_uri') !== undefined)
    throw new OAuthError('request_uri_not_supported', 'send the parameters in the query instead of a request_uri');
  if (parameters.require('response_type') !== 'code')
    throw new OAuthError('unsupported_response_type', 'response_type must be code');
  if ((parameters.get('response_mode') ?? 'query') !== 'query')
    throw new OAuthError('invalid_request', 'response_mode must be query');
  const codeChallenge = readCodeChallenge(parameters);
  checkResource(parameters.all('resource'), url);
  const scope = grantScope(parameters.get('scope'), scopes);
  if (parameters.get('prompt') === 'none')
    throw new OAuthError('consent_required', 'the consent page is always shown; leave out prompt=none');
  return { codeChallenge, scope };
}

/** PKCE is required (OAuth 2.1, section 7.5.1); a challenge without a method would be `plain` (RFC 7636, section 4.3). */
function readCodeChallenge(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge');
  if (challenge === undefined) throw new OAuthError('invalid_request', 'PKCE is required: send a code_challenge');
  if (parameters.get('code_challenge_method') !== 'S256')
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256');
  if (isCodeChallenge(challenge)) return challenge;
  throw new OAuthError('invalid_request', 'code_challenge must be a SHA-256 digest in base64url');
}
