import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from './client.js';
import { revocationRequest, tokenRequest, type EndpointRequest } from './token-request.js';

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

const CODE = {
  grant_type: 'authorization_code',
  code: 'c/+ ode',
  redirect_uri: 'https://cs.example.com/aip/g-1/oauth/callback',
  code_verifier: 'v'.repeat(43),
} as const;

const formOf = ({ body }: EndpointRequest) => Object.fromEntries(new URLSearchParams(body));
const pairOf = ({ headers }: EndpointRequest) =>
  Buffer.from(headers['authorization']?.replace('Basic ', '') ?? '', 'base64').toString('latin1');

describe('a token request', () => {
  it('is a form with the grant, sent to the token URL', () => {
    const request = tokenRequest(CLIENT, CODE);
    expect(request.url).toBe(CLIENT.token_url);
    expect(request.headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(formOf(request)).toEqual({ ...CODE, client_id: 'notes-client', client_secret: 's3cret' });
  });

  it('provider quirk 11: is JSON if the provider requires it', () => {
    const request = tokenRequest({ ...CLIENT, authorization_content_type: 'application/json' }, CODE);
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request.body ?? '')).toEqual({ ...CODE, client_id: 'notes-client', client_secret: 's3cret' });
  });

  it.each(['application/x-www-form-urlencoded', 'application/json'] as const)(
    'security rule C19: authenticates with one method only, as %s',
    (authorization_content_type) => {
      const post = tokenRequest({ ...CLIENT, authorization_content_type }, CODE);
      expect(post.headers).not.toHaveProperty('authorization');
      expect(post.body).toContain('s3cret');
      const basic = tokenRequest(
        { ...CLIENT, authorization_content_type, token_exchange_method: 'basic_auth_header' },
        CODE,
      );
      expect(basic.headers).toHaveProperty('authorization');
      expect(basic.body).not.toContain('s3cret');
      expect(basic.body).not.toContain('client_id');
    },
  );

  it('security rule C20: form-encodes id and secret before they are joined', () => {
    const client = { ...CLIENT, client_id: 'id:1', client_secret: 'a:b+%/é' };
    const request = tokenRequest({ ...client, token_exchange_method: 'basic_auth_header' }, CODE);
    expect(pairOf(request)).toBe('id%3A1:a%3Ab%2B%25%2F%C3%A9');
  });

  it('security rule C19: contains the id and no secret of a public client', () => {
    const { client_secret: _, ...publicClient } = CLIENT;
    const request = tokenRequest(publicClient, CODE);
    expect(formOf(request)).toEqual({ ...CODE, client_id: 'notes-client' });
    expect(request.headers).not.toHaveProperty('authorization');
  });

  it('contains token_params and the resource', () => {
    const client = { ...CLIENT, token_params: { audience: 'notes' }, resource: 'https://api.example.com' };
    expect(formOf(tokenRequest(client, CODE))).toMatchObject({
      audience: 'notes',
      resource: 'https://api.example.com',
    });
  });

  it('keeps the parameters of grant and client, whatever token_params contain', () => {
    const token_params = {
      grant_type: 'password',
      code: 'x',
      redirect_uri: 'x',
      code_verifier: 'x',
      client_id: 'x',
      client_secret: 'x',
    };
    const expected = { ...CODE, client_id: 'notes-client', client_secret: 's3cret' };
    expect(formOf(tokenRequest({ ...CLIENT, token_params }, CODE))).toEqual(expected);
  });

  it('contains only the refresh token as the grant of a refresh', () => {
    const request = tokenRequest(CLIENT, { grant_type: 'refresh_token', refresh_token: 'r&t=1' });
    expect(formOf(request)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'r&t=1',
      client_id: 'notes-client',
      client_secret: 's3cret',
    });
  });

  it('security rule C27: contains no secret in its URL', () => {
    expect(tokenRequest({ ...CLIENT, token_params: { a: 'b' } }, CODE).url).toBe(CLIENT.token_url);
  });
});

describe('a refresh request', () => {
  const GRANT = { grant_type: 'refresh_token', refresh_token: 'r&t=$&1' } as const;
  const refresh_url = 'https://auth.example.com/refresh';

  it('provider quirk 19: is sent to the refresh URL, unlike that of a code', () => {
    const client = { ...CLIENT, refresh_url };
    expect(tokenRequest(client, GRANT).url).toBe(refresh_url);
    expect(formOf(tokenRequest(client, GRANT))).toMatchObject(GRANT);
    expect(tokenRequest(client, CODE).url).toBe(CLIENT.token_url);
  });

  it('provider quirk 9: contains refresh_params instead of the standard parameters, with the token filled in', () => {
    const refresh_params = {
      grant_type: 'exchange',
      token: 'v1:{access_token}',
      same: '{refresh_token}{access_token}',
    };
    const client = { ...CLIENT, refresh_params, token_params: { audience: 'notes', token: 'not this' } };
    const expected = { grant_type: 'exchange', token: 'v1:r&t=$&1', same: 'r&t=$&1r&t=$&1', audience: 'notes' };
    const authentication = { client_id: 'notes-client', client_secret: 's3cret' };
    expect(formOf(tokenRequest(client, GRANT))).toEqual({ ...expected, ...authentication });
    expect(formOf(tokenRequest(client, CODE))).toMatchObject({ ...CODE, token: 'not this' });
  });

  it('security rule C19: authenticates the client, whatever the parameters contain', () => {
    const refresh_params = { client_id: 'x', client_secret: 'x', t: '{refresh_token}' };
    const authentication = { client_id: 'notes-client', client_secret: 's3cret' };
    expect(formOf(tokenRequest({ ...CLIENT, refresh_params }, GRANT))).toMatchObject(authentication);
  });
});

describe('a revocation request', () => {
  const client = { ...CLIENT, revocation_url: 'https://auth.example.com/revoke' };

  it('is a form with the token and its type, even if token requests are JSON', () => {
    const json = {
      ...client,
      authorization_content_type: 'application/json' as const,
      token_params: { audience: 'x' },
    };
    const request = revocationRequest(json, 'rt', 'refresh_token');
    expect(request.url).toBe('https://auth.example.com/revoke');
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(formOf(request)).toEqual({
      token: 'rt',
      token_type_hint: 'refresh_token',
      client_id: 'notes-client',
      client_secret: 's3cret',
    });
  });

  it('authenticates like token requests', () => {
    const request = revocationRequest({ ...client, token_exchange_method: 'basic_auth_header' }, 'at', 'access_token');
    expect(pairOf(request)).toBe('notes-client:s3cret');
    expect(formOf(request)).toEqual({ token: 'at', token_type_hint: 'access_token' });
  });
});
