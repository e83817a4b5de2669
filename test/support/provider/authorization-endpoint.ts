import type { Behaviour } from './behaviour.js';
import type { Clients } from './clients.js';
import { fillIn } from './fill-in.js';
import type { Grants } from './grants.js';
import { Refused } from './refused.js';

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
   * @throws {Refused} if the request has no valid client or redirect URI (RFC 6749, 4.1.2.1)
   */
  answer(request: URLSearchParams, behaviour: Behaviour): string {
    const redirectUri = request.get('redirect_uri') ?? '';
    if (!this.clients.has(request.get('client_id') ?? '')) throw new Refused('invalid_client', 'unknown client');
    if (!URL.canParse(redirectUri)) throw new Refused('invalid_request', 'redirect_uri is missing');
    const state = request.get('state') ?? '';
    const result = this.result(request, behaviour);
    const values = { issuer: this.issuer, state, ...result };
    const back = new URL(redirectUri);
    for (const [name, text] of Object.entries({ ...result, state, ...behaviour.redirectWith })) {
      const value = fillIn(text, values);
      if (value !== '') back.searchParams.set(name, value);
    }
    back.hash = behaviour.redirectFragment ?? '';
    return back.href;
  }

  private result(request: URLSearchParams, behaviour: Behaviour): Record<string, string> {
    try {
      check(request, behaviour);
      return { code: this.grants.code(request, behaviour.padding) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { error: error.code, error_description: error.description };
    }
  }
}

/** @throws {Refused} */
function check(request: URLSearchParams, behaviour: Behaviour): void {
  if (request.get('response_type') !== 'code') throw new Refused('unsupported_response_type', 'ask for a code');
  for (const [name, value] of Object.entries(behaviour.wantedParams ?? {})) {
    if (request.get(name) !== value) throw new Refused('invalid_request', `missing or wrong parameter: ${name}`);
  }
  checkPkce(request, behaviour);
  checkScope(request.get('scope'), behaviour);
}

function checkPkce(request: URLSearchParams, { pkce }: Behaviour): void {
  const hasChallenge = request.has('code_challenge');
  if (pkce === 'refused' && hasChallenge) throw new Refused('invalid_request', 'unknown parameter: code_challenge');
  if (pkce === 'required' && !hasChallenge) throw new Refused('invalid_request', 'code_challenge is required');
  if (hasChallenge && request.get('code_challenge_method') !== 'S256') {
    throw new Refused('invalid_request', 'code_challenge_method must be S256');
  }
}

function checkScope(scope: string | null, { scopeSeparator, refusesEmptyScope }: Behaviour): void {
  if (refusesEmptyScope && scope === '') throw new Refused('invalid_scope', 'scope must not be empty');
  if (scopeSeparator === undefined || scope === null) return;
  const unknown = scope.split(scopeSeparator).find((each) => !KNOWN_SCOPES.has(each));
  if (unknown !== undefined) throw new Refused('invalid_scope', `unknown scope: ${unknown}`);
}
