import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from './client.js';
import { authorizationRequest, codeGrant, type CodeFlowState } from './authorization-code.js';

const REDIRECT_URI = 'https://cs.example.com/aip/g-1/oauth/callback';

const CLIENT: OAuthClient = {
  client_id: 'notes-client',
  client_secret: 's3cret',
  authorization_url: 'https://auth.example.com/authorize',
  token_url: 'https://auth.example.com/token',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
};

/** Creates the authorization request of that client. Returns the parts of its URL. */
async function asked(changes: Partial<OAuthClient> = {}) {
  const request = await authorizationRequest({ ...CLIENT, ...changes }, REDIRECT_URI);
  const url = new URL(request.url);
  return {
    ...request,
    base: url.origin + url.pathname,
    params: Object.fromEntries(url.searchParams),
    query: url.search,
  };
}

const challengeOf = (verifier = '') => createHash('sha256').update(verifier).digest('base64url');

describe('an authorization request', () => {
  it('requests a code for its client and redirect URI, without the secret', async () => {
    const { base, params, state, verifier } = await asked();
    expect(base).toBe('https://auth.example.com/authorize');
    expect(params).toEqual({
      response_type: 'code',
      client_id: 'notes-client',
      redirect_uri: REDIRECT_URI,
      state,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    });
  });

  it('has a fresh state of 256 random bits (security rule C10)', async () => {
    const { state } = await asked();
    expect(Buffer.from(state, 'base64url')).toHaveLength(32);
    const states = await Promise.all(Array.from({ length: 100 }, async () => (await asked()).state));
    expect(new Set(states).size).toBe(100);
  });

  it('has a fresh verifier of 43 to 128 characters (security rule C12)', async () => {
    const flows = await Promise.all(Array.from({ length: 1000 }, () => asked()));
    expect(new Set(flows.map(({ verifier }) => verifier)).size).toBe(1000);
    for (const { verifier, params } of flows) {
      expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
      expect(params['code_challenge']).toBe(challengeOf(verifier));
    }
  });

  it.each(['auto', 'required'] as const)('sends a challenge with pkce %s (security rule C13)', async (pkce) => {
    expect((await asked({ pkce })).params).toHaveProperty('code_challenge_method', 'S256');
  });

  it('sends no challenge with pkce off (security rule C13)', async () => {
    const { params, verifier } = await asked({ pkce: 'off' });
    expect(params).not.toHaveProperty('code_challenge');
    expect(params).not.toHaveProperty('code_challenge_method');
    expect(verifier).toBeUndefined();
  });

  it.each([
    ['a space', ' ', 'notes:read notes:write'],
    ['a comma', ',', 'notes:read,notes:write'],
    ['a plus', '+', 'notes:read+notes:write'],
  ])('separates scopes by %s (provider quirk 12)', async (_, scope_separator, scope) => {
    expect((await asked({ scope: ' notes:read  notes:write ', scope_separator })).params['scope']).toBe(scope);
  });

  it.each([undefined, '', '  '])('omits the empty scope %j (provider quirk 17)', async (scope) => {
    expect((await asked({ scope })).params).not.toHaveProperty('scope');
  });

  it('adds authorization_params and the resource (provider quirk 14, security rule C36)', async () => {
    const authorization_params = { access_type: 'offline', prompt: 'consent' };
    const { params } = await asked({ authorization_params, resource: 'https://api.example.com' });
    expect(params).toMatchObject({ ...authorization_params, resource: 'https://api.example.com' });
  });

  it('keeps its own parameters if authorization_params name them too', async () => {
    const names = [
      'response_type',
      'client_id',
      'redirect_uri',
      'state',
      'code_challenge',
      'code_challenge_method',
      'scope',
    ];
    const authorization_params = Object.fromEntries(names.map((name) => [name, 'evil']));
    const { params } = await asked({ authorization_params, scope: 'notes:read' });
    expect(Object.values(params)).not.toContain('evil');
  });

  it('keeps the query of the authorization URL and adds nothing twice (provider quirk 16)', async () => {
    const { query, base } = await asked({ authorization_url: 'https://auth.example.com/authorize?tenant=a%26b&x=1' });
    expect(base).toBe('https://auth.example.com/authorize');
    expect(new URLSearchParams(query).getAll('tenant')).toEqual(['a&b']);
    expect(new URLSearchParams(query).getAll('client_id')).toEqual(['notes-client']);
  });

  it('replaces parameters of the flow that the authorization URL already has', async () => {
    const { query, state } = await asked({ authorization_url: 'https://auth.example.com/authorize?state=fixed' });
    expect(new URLSearchParams(query).getAll('state')).toEqual([state]);
  });
});

describe('the grant of a code', () => {
  const flow = (changes: Partial<CodeFlowState> = {}): CodeFlowState => ({
    client: CLIENT,
    redirectUri: REDIRECT_URI,
    verifier: 'v'.repeat(43),
    ...changes,
  });

  it.each(['simple', 'c/+ öde&x=1', 'x'.repeat(8192)])(
    'contains the code unchanged, the same redirect URI and the verifier (security rule C21, provider quirk 21)',
    (code) => {
      expect(codeGrant(flow(), code)).toEqual({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: 'v'.repeat(43),
      });
    },
  );

  it('contains no verifier if the flow sent no challenge (security rule C13)', () => {
    expect(codeGrant(flow({ verifier: undefined }), 'code')).toEqual({
      grant_type: 'authorization_code',
      code: 'code',
      redirect_uri: REDIRECT_URI,
    });
  });
});
