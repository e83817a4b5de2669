import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from '../protocol/client.js';
import { TokenError } from '../protocol/errors.js';
import { authorizationRequest, exchangeCode, type CodeMemory } from './authorize.js';

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

/** The authorization request of that client, its URL taken apart. */
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
  it('asks for a code for this client and redirect URI, and shows no secret', async () => {
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

  it('C10: has a state of 256 random bits, new each time', async () => {
    const { state } = await asked();
    expect(Buffer.from(state, 'base64url')).toHaveLength(32);
    const states = await Promise.all(Array.from({ length: 100 }, async () => (await asked()).state));
    expect(new Set(states).size).toBe(100);
  });

  it('C12: has a verifier of its own, as long as the standard wants it', async () => {
    const flows = await Promise.all(Array.from({ length: 1000 }, () => asked()));
    expect(new Set(flows.map(({ verifier }) => verifier)).size).toBe(1000);
    for (const { verifier, params } of flows) {
      expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
      expect(params['code_challenge']).toBe(challengeOf(verifier));
    }
  });

  it.each(['auto', 'required'] as const)('C13: sends a challenge with pkce %s', async (pkce) => {
    expect((await asked({ pkce })).params).toHaveProperty('code_challenge_method', 'S256');
  });

  it('C13: sends none with pkce off', async () => {
    const { params, verifier } = await asked({ pkce: 'off' });
    expect(params).not.toHaveProperty('code_challenge');
    expect(params).not.toHaveProperty('code_challenge_method');
    expect(verifier).toBeUndefined();
  });

  it.each([
    ['a space', ' ', 'notes:read notes:write'],
    ['a comma', ',', 'notes:read,notes:write'],
    ['a plus', '+', 'notes:read+notes:write'],
  ])('PROVIDERS 12: separates scopes by %s', async (_, scope_separator, scope) => {
    expect((await asked({ scope: ' notes:read  notes:write ', scope_separator })).params['scope']).toBe(scope);
  });

  it.each([undefined, '', '  '])('PROVIDERS 17: leaves an empty scope out: %j', async (scope) => {
    expect((await asked({ scope })).params).not.toHaveProperty('scope');
  });

  it('PROVIDERS 14: adds authorization_params, and C36 the resource', async () => {
    const authorization_params = { access_type: 'offline', prompt: 'consent' };
    const { params } = await asked({ authorization_params, resource: 'https://api.example.com' });
    expect(params).toMatchObject({ ...authorization_params, resource: 'https://api.example.com' });
  });

  it('keeps its own parameters, whatever authorization_params say', async () => {
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

  it('PROVIDERS 16: keeps the query that the authorization URL has, once', async () => {
    const { query, base } = await asked({ authorization_url: 'https://auth.example.com/authorize?tenant=a%26b&x=1' });
    expect(base).toBe('https://auth.example.com/authorize');
    expect(new URLSearchParams(query).getAll('tenant')).toEqual(['a&b']);
    expect(new URLSearchParams(query).getAll('client_id')).toEqual(['notes-client']);
  });

  it('overrides what the query of the authorization URL says of the flow', async () => {
    const { query, state } = await asked({ authorization_url: 'https://auth.example.com/authorize?state=fixed' });
    expect(new URLSearchParams(query).getAll('state')).toEqual([state]);
  });
});

describe('the exchange of a code', () => {
  const flow = (changes: Partial<CodeMemory> = {}) =>
    ({ client: CLIENT, redirectUri: REDIRECT_URI, verifier: 'v'.repeat(43), ...changes }) as CodeMemory;

  it.each(['simple', 'c/+ öde&x=1', 'x'.repeat(8192)])(
    'C21, PROVIDERS 21: takes the code unchanged, with the same redirect URI and the verifier',
    async (code) => {
      const granted = { accessToken: 'at', refreshToken: 'rt', expiresIn: 60 };
      const received: unknown[] = [];
      const exchange = async (...given: unknown[]) => {
        received.push(...given);
        return granted;
      };
      await expect(exchangeCode(flow(), code, exchange)).resolves.toBe(granted);
      expect(received).toEqual([
        code,
        { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code_verifier: 'v'.repeat(43) },
      ]);
    },
  );

  it('C13: sends no verifier where there was no challenge', async () => {
    let sent: object = {};
    const exchange = async (_: string, params: object) => {
      sent = params;
      return { accessToken: 'at' };
    };
    await exchangeCode(flow({ client: { ...CLIENT, pkce: 'off' }, verifier: undefined }), 'code', exchange);
    expect(sent).toEqual({ grant_type: 'authorization_code', redirect_uri: REDIRECT_URI });
  });

  it('passes a TokenError on unchanged', async () => {
    const error = new TokenError('refused', 'invalid_grant', 'the provider refused: invalid_grant');
    await expect(exchangeCode(flow(), 'code', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('is made once', async () => {
    let requests = 0;
    const exchange = async () => {
      requests++;
      return { accessToken: 'at' };
    };
    await exchangeCode(flow(), 'code', exchange);
    expect(requests).toBe(1);
  });

  it('keeps runs that overlap apart', async () => {
    const exchange = async (code: string) => {
      await new Promise((resolve) => setTimeout(resolve, code === 'a' ? 20 : 1));
      return { accessToken: `for ${code}` };
    };
    const [a, b] = await Promise.all([exchangeCode(flow(), 'a', exchange), exchangeCode(flow(), 'b', exchange)]);
    expect([a.accessToken, b.accessToken]).toEqual(['for a', 'for b']);
  });
});
