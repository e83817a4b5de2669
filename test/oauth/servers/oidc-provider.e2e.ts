// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signInAsBrowser } from '../../../examples/notes-provider/browser.js';
import { startNotesProvider, type NotesProvider } from '../../../examples/notes-provider/index.js';
import { TestApp } from '../../support/app.js';
import { EndUser } from '../../support/end-user.js';
import { refreshTokenOf, useRefreshToken } from '../../support/stored-tokens.js';
import type { TestGpt } from '../../support/tenant.js';

let app: TestApp;
let provider: NotesProvider;
let gpt: TestGpt;

beforeAll(async () => {
  [app, provider] = await Promise.all([TestApp.start(), startNotesProvider()]);
});

afterAll(() => Promise.all([app.stop(), provider.close()]));

beforeEach(async () => {
  gpt = await (await app.tenant()).gpt();
  provider.tokenRequests.length = 0;
  provider.requests.length = 0;
});

async function addNotes(more: object = {}): Promise<void> {
  const { auth } = await gpt.action(provider.documents.notes, {
    type: 'oauth',
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    authorization_url: provider.authorizationUrl,
    token_url: provider.tokenUrl,
    revocation_url: provider.revocationUrl,
    scope: provider.scope,
    ...more,
  });
  provider.registerRedirectUri(auth.callback_url);
}

async function signIn(name: string): Promise<EndUser> {
  const user = new EndUser(gpt, name);
  await signInAsBrowser((await user.getsSignInLink()).offer, name, { browser: user.browser });
  expect(user.browser.page.body).toContain('You are signed in to');
  return user;
}

async function writeNote(user: EndUser, title: string): Promise<void> {
  const body = { user: user.name, arguments: { body: { title, text: '' } } };
  const { confirmation } = (await gpt.call('createNote', body)).body;
  const answer = await gpt.call('createNote', { ...body, confirmation: confirmation.token });
  expect(answer.body.response.status).toBe(201);
}

async function titlesOf(user: EndUser): Promise<string[]> {
  const { body } = await user.calls();
  expect(body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
  return body.response.body.notes.map(({ title }: { title: string }) => title);
}

const grants = () => provider.tokenRequests.map(({ grantType, status }) => `${grantType} ${status}`);

describe('with oidc-provider, which requires PKCE and rotates refresh tokens', () => {
  it('each user signs in and gets their own data', async () => {
    await addNotes();
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await writeNote(alice, 'Milk');
    expect(await titlesOf(alice)).toEqual(['Milk']);
    expect(await titlesOf(bob)).toEqual([]);
    expect(grants()).toEqual(['authorization_code 200', 'authorization_code 200']);
    expect(await alice.connection()).toMatchObject({ status: 'active', scope: provider.scope });
  });

  it('a user signs in with Basic authentication of the client', async () => {
    const client = provider.clients.find(({ tokenEndpointAuthMethod }) => tokenEndpointAuthMethod.endsWith('basic'));
    const { clientId: client_id, clientSecret: client_secret } = client ?? {};
    await addNotes({ client_id, client_secret, token_exchange_method: 'basic_auth_header' });
    await titlesOf(await signIn('carol'));
    expect(provider.tokenRequests).toEqual([{ grantType: 'authorization_code', clientId: client_id, status: 200 }]);
  });

  it('security rule C13: a sign-in with PKCE turned off fails and is diagnosed', async () => {
    await addNotes({ pkce: 'off' });
    const alice = new EndUser(gpt, 'alice');
    const attempt = await alice.startsSigningIn();
    await alice.browser.get(attempt.authorizationUrl);
    expect(await attempt.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_request' } });
  });

  it('a user who presses Deny has denied the sign-in', async () => {
    await addNotes();
    const alice = new EndUser(gpt, 'alice');
    const attempt = await alice.startsSigningIn();
    await alice.browser.get(attempt.authorizationUrl);
    await alice.browser.submit({}, { button: 'Deny' });
    expect(alice.browser.page.body).toContain('You did not sign in');
    expect(await attempt.view()).toMatchObject({ status: 'denied' });
  });

  it('security rules C28, C32: tokens that the API rejects are refreshed repeatedly, with rotating refresh tokens', async () => {
    await addNotes();
    const alice = await signIn('alice');
    for (let round = 0; round < 3; round++) {
      provider.expireAccessTokens();
      await titlesOf(alice);
    }
    expect(grants()).toEqual(['authorization_code 200', ...Array<string>(3).fill('refresh_token 200')]);
  });

  it('security rule C29: concurrent calls at expiry cause one refresh, because a second one would revoke the grant', async () => {
    await addNotes();
    const alice = await signIn('alice');
    app.clock.advance({ hours: 2 });
    await Promise.all(Array.from({ length: 50 }, () => titlesOf(alice)));
    expect(grants()).toEqual(['authorization_code 200', 'refresh_token 200']);
  });

  it('a connection uses PKCE, rotates refresh tokens, and revokes the last one when it ends', async () => {
    await addNotes({ pkce: 'required' });
    const alice = await signIn('alice');
    const seen: string[] = [];
    for (let round = 0; round < 3; round++) {
      seen.push(await refreshTokenOf(app, alice));
      app.clock.advance({ hours: 2 });
      await titlesOf(alice);
    }
    const last = await refreshTokenOf(app, alice);
    expect(new Set([...seen, last]).size).toBe(4);
    expect((await alice.disconnects()).status).toBe(204);
    const refused = await useRefreshToken(provider, last);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });

  it('a refresh token that another client has used revokes the grant and leads to a new sign-in', async () => {
    await addNotes();
    const alice = await signIn('alice');
    expect((await useRefreshToken(provider, await refreshTokenOf(app, alice))).status).toBe(200);
    app.clock.advance({ hours: 2 });
    const { body } = await alice.calls();
    expect(body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
  });

  it('security rule C39: the tokens of a disconnected user are invalid at the provider', async () => {
    await addNotes();
    const alice = await signIn('alice');
    await titlesOf(alice);
    const authorization = provider.requests.at(-1)?.headers.authorization ?? '';
    const open = () => fetch(`${provider.url}/notes`, { headers: { authorization } });
    expect((await open()).status).toBe(200);
    expect((await alice.disconnects()).status).toBe(204);
    expect((await open()).status).toBe(401);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
    await titlesOf(await signIn('alice'));
  });
});
