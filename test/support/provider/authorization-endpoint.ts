import type { Behavior } from './behavior.js';
import type { Clients } from './clients.js';
import { fillIn } from './fill-in.js';
import type { Grants } from './grants.js';
import { OAuthError } from './oauth-error.js';

/** The scopes that a server accepts if it checks them. */
const KNOWN_SCOPES = new Set(['notes:read', 'notes:write']);

/** The authorization endpoint. It grants every valid request immediately. */
export class AuthorizationEndpoint {
  constructor(
    private readonly issuer: string,
    private readonly clients: Clients,
    private readonly grants: Grants,
  ) {}

  /**
   * @returns the redirect target
   * @throws {OAuthError} if the request has no valid client or redirect URI (RFC 6749, 4.1.2.1)
   */
  respond(request: URLSearchParams, behavior: Behavior): string {
    const redirectUri = request.get('redirect_uri') ?? '';
    if (!this.clients.has(request.get('client_id') ?? '')) throw new OAuthError('invalid_client', 'unknown client');
    if (!URL.canParse(redirectUri)) throw new OAuthError('invalid_request', 'redirect_uri is missing');
    const state = request.get('state') ?? '';
    const result = this.result(request, behavior);
    const values = { issuer: this.issuer, state, ...result };
    const back = new URL(redirectUri);
    for (const [name, text] of Object.entries({ ...result, state, ...behavior.redirectWith })) {
      const value = fillIn(text, values);
      if (value !== '') back.searchParams.set(name, value);
    }
    back.hash = behavior.redirectFragment ?? '';
    return back.href;
  }

  private result(request: URLSearchParams, behavior: Behavior): Record<string, string> {
    try {
      check(request, behavior);
      return { code: this.grants.issueCode(request, behavior.padding) };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return { error: error.code, error_description: error.description };
    }
  }
}

/** @throws {OAuthError} */
function check(request: URLSearchParams, behavior: Behavior): void {
  if (request.get('response_type') !== 'code') throw new OAuthError('unsupported_response_type', 'ask for a code');
  for (const [name, value] of Object.entries(behavior.wantedParams ?? {})) {
    if (request.get(name) !== value) throw new OAuthError('invalid_request', `missing or wrong parameter: ${name}`);
  }
  checkPkce(request, behavior);
  checkScope(request.get('scope'), behavior);
}

function checkPkce(request: URLSearchParams, { pkce }: Behavior): void {
  const hasChallenge = request.has('code_challenge');
  if (pkce === 'refused' && hasChallenge) throw new OAuthError('invalid_request', 'unknown parameter: code_challenge');
  if (pkce === 'required' && !hasChallenge) throw new OAuthError('invalid_request', 'code_challenge is required');
  if (hasChallenge && request.get('code_challenge_method') !== 'S256') {
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256');
  }
}

function checkScope(scope: string | null, { scopeSeparator, refusesEmptyScope }: Behavior): void {
  if (refusesEmptyScope && scope === '') throw new OAuthError('invalid_scope', 'scope must not be empty');
  if (scopeSeparator === undefined || scope === null) return;
  const unknown = scope.split(scopeSeparator).find((each) => !KNOWN_SCOPES.has(each));
  if (unknown !== undefined) throw new OAuthError('invalid_scope', `unknown scope: ${unknown}`);
}
