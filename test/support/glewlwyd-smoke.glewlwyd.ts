import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGlewlwyd, type Glewlwyd } from './glewlwyd.js';

const redirectUri = 'http://127.0.0.1:9/aip/g-example/oauth/callback';
const verifier = randomBytes(32).toString('base64url');

describe('glewlwyd', () => {
  let glewlwyd: Glewlwyd;

  beforeAll(async () => {
    glewlwyd = await startGlewlwyd();
    await glewlwyd.registerRedirectUri(redirectUri);
  });

  afterAll(() => glewlwyd?.close());

  it('gives a code to a user who signs in, and tokens for it', async () => {
    const tokens = await signIn();
    expect(tokens).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 3600, scope: 'notes' } });
    const userinfo = await fetch(glewlwyd.userinfoUrl, {
      headers: { authorization: `Bearer ${tokens.body.access_token}` },
    });
    expect(userinfo.status).toBe(200);
    expect(await userinfo.json()).toHaveProperty('sub');
  });

  it.each(['body', 'header'] as const)(
    'rotates the refresh token, and ends the chain when one is used twice: %s',
    async (secretIn) => {
      const first = (await signIn()).body;
      const second = await refresh(first.refresh_token, secretIn);
      expect(second).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
      expect(second.body.refresh_token).not.toBe(first.refresh_token);
      expect(await refresh(first.refresh_token, secretIn)).toMatchObject({ status: 400 });
      expect(await refresh(second.body.refresh_token, secretIn)).toMatchObject({ status: 400 });
    },
  );

  it('refuses a code with another verifier', async () => {
    const code = await authorizationCode();
    expect(await exchange(code, 'x'.repeat(43))).toMatchObject({ status: 403 });
  });

  it('revokes a refresh token', async () => {
    const { refresh_token: token } = (await signIn()).body;
    const revoked = await post(glewlwyd.revocationUrl, { token }, 'header');
    expect(revoked.status).toBe(200);
    expect((await refresh(token)).status).toBe(400);
  });

  async function authorizationCode(): Promise<string> {
    const url = new URL(glewlwyd.authorizationUrl);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: glewlwyd.clientId,
      redirect_uri: redirectUri,
      scope: glewlwyd.scope,
      state: 'some-state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    const callback = new URL(await glewlwyd.signIn(url.href));
    expect(callback.href.startsWith(redirectUri)).toBe(true);
    expect(callback.searchParams.get('state')).toBe('some-state');
    expect(callback.searchParams.get('iss')).toBe(glewlwyd.issuer);
    return callback.searchParams.get('code') ?? '';
  }

  async function signIn() {
    return exchange(await authorizationCode(), verifier);
  }

  function exchange(code: string, codeVerifier: string) {
    const parameters = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    return post(glewlwyd.tokenUrl, { ...parameters, code_verifier: codeVerifier });
  }

  function refresh(refreshToken: string, secretIn: 'body' | 'header' = 'body') {
    return post(glewlwyd.tokenUrl, { grant_type: 'refresh_token', refresh_token: refreshToken }, secretIn);
  }

  async function post(url: string, parameters: Record<string, string>, secretIn: 'body' | 'header' = 'body') {
    const { clientId, clientSecret } = glewlwyd;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const inBody = { client_id: clientId, client_secret: clientSecret };
    const response = await fetch(url, {
      method: 'POST',
      headers: secretIn === 'header' ? { authorization: `Basic ${credentials}` } : {},
      body: new URLSearchParams({ ...parameters, ...(secretIn === 'body' ? inBody : {}) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      body: (text ? JSON.parse(text) : {}) as { access_token: string; refresh_token: string },
    };
  }
});
