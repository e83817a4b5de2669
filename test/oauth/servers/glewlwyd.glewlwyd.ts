import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';
import { EndUser } from '../../support/end-user.js';
import { startGlewlwyd, type Glewlwyd } from '../../support/glewlwyd.js';
import { problemOf } from '../../support/problem.js';
import { refreshTokenOf, useRefreshToken } from '../../support/stored-tokens.js';
import type { TestGpt } from '../../support/tenant.js';

let app: TestApp;
let provider: Glewlwyd;
let gpt: TestGpt;

describe('with glewlwyd, whose refresh tokens work once', () => {
  beforeAll(async () => {
    [app, provider] = await Promise.all([TestApp.start(), startGlewlwyd()]);
  });

  afterAll(() => Promise.all([app?.stop(), provider?.close()]));

  beforeEach(async () => {
    gpt = await (await app.tenant()).gpt();
  });

  it.each(['default_post', 'basic_auth_header'])('a user signs in, calls, and is refreshed: %s', async (method) => {
    await addUserinfo({ token_exchange_method: method });
    const alice = await signIn();
    await callsThrough(alice);
    for (let round = 0; round < 3; round++) {
      app.clock.advance({ hours: 2 });
      await callsThrough(alice);
    }
    expect((await alice.connection()).last_refreshed_at).not.toBeNull();
  });

  it('security rule C29: concurrent calls at expiry cause one refresh, because a second one would revoke the grant', async () => {
    await addUserinfo();
    const alice = await signIn();
    app.clock.advance({ hours: 2 });
    await Promise.all(Array.from({ length: 30 }, () => callsThrough(alice)));
    app.clock.advance({ hours: 2 });
    await callsThrough(alice);
    expect((await alice.connection()).status).toBe('active');
  });

  it('a connection uses PKCE, rotates refresh tokens, and revokes the last one when it ends', async () => {
    await addUserinfo({ pkce: 'required' });
    const alice = await signIn();
    const used: string[] = [];
    for (let round = 0; round < 3; round++) {
      used.push(await refreshTokenOf(app, alice));
      app.clock.advance({ hours: 2 });
      await callsThrough(alice);
    }
    const last = await refreshTokenOf(app, alice);
    expect(new Set([...used, last]).size).toBe(4);
    expect((await alice.disconnects()).status).toBe(204);
    expect((await useRefreshToken(provider, last)).status).toBe(400);
  });

  it('security rule C12: a code with the wrong verifier is rejected, and the sign-in fails', async () => {
    await addUserinfo();
    const alice = new EndUser(gpt, 'alice');
    const attempt = await alice.startsSigningIn();
    const forged = new URL(attempt.authorizationUrl);
    forged.searchParams.set('code_challenge', 'x'.repeat(43));
    await alice.browser.get(await provider.signIn(forged.href));
    expect(await attempt.view()).toMatchObject({ status: 'failed' });
    expect(await alice.connections()).toEqual([]);
  });

  it('security rule C39: a disconnected user is asked to sign in, and can', async () => {
    await addUserinfo();
    const alice = await signIn();
    await callsThrough(alice);
    const refreshToken = await refreshTokenOf(app, alice);
    expect((await alice.disconnects()).status).toBe(204);
    expect((await useRefreshToken(provider, refreshToken)).status).toBe(400);
    expect(app.logLines.filter((line) => line.includes('did not confirm'))).toEqual([]);
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
    await callsThrough(await signIn());
  });

  it('a refresh token that another client has used leads to a new sign-in after five empty responses', async () => {
    await addUserinfo();
    const alice = await signIn();
    expect((await useRefreshToken(provider, await refreshTokenOf(app, alice))).status).toBe(200);
    app.clock.advance({ hours: 2 });
    // Glewlwyd rejects the token with status 400 and an empty body, as a proxy may do.
    for (let attempt = 0; attempt < 4; attempt++) {
      expect(problemOf(await alice.calls())).toBe('503 credential_unavailable');
      app.clock.advance({ minutes: 3 });
    }
    const { body } = await alice.calls();
    expect(body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
  });
});

/** Creates an action whose only operation is the provider's userinfo endpoint, which accepts its access tokens only. */
async function addUserinfo(more: object = {}): Promise<void> {
  const [, server = '', path = ''] = /^(.*)(\/userinfo)$/.exec(provider.userinfoUrl) ?? [];
  const operation = { operationId: 'listNotes', responses: { 200: { description: 'Who the user is' } } };
  const openapi = {
    openapi: '3.1.0',
    info: { title: 'Userinfo', version: '1' },
    servers: [{ url: server }],
    paths: { [path]: { get: operation } },
  };
  const { auth } = await gpt.action(openapi, {
    type: 'oauth',
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    authorization_url: provider.authorizationUrl,
    token_url: provider.tokenUrl,
    revocation_url: provider.revocationUrl,
    scope: provider.scope,
    ...more,
  });
  await provider.registerRedirectUri(auth.callback_url);
}

async function signIn(): Promise<EndUser> {
  const alice = new EndUser(gpt, 'alice');
  const attempt = await alice.startsSigningIn();
  await alice.browser.get(await provider.signIn(attempt.authorizationUrl));
  expect(alice.browser.page.body).toContain('You are signed in to');
  return alice;
}

async function callsThrough(user: EndUser): Promise<void> {
  const { body } = await user.calls();
  expect(body).toMatchObject({ outcome: 'completed', response: { status: 200, body: { sub: expect.any(String) } } });
}
