// Runs once: the database takes no part in what this suite tests.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  OAuth2Server,
  type MutableRedirectUri,
  type MutableResponse,
  type StatusCodeMutableResponse,
} from 'oauth2-mock-server';
import { TestApp } from '../../support/app.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

let app: TestApp;
let api: Upstream;
let server: OAuth2Server;

type Fields = Record<string, string>;

/** Token requests with the server's responses. */
const exchanges: { sent: Fields; given: Fields }[] = [];
let revocations = 0;

beforeAll(async () => {
  server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  [app, api] = await Promise.all([TestApp.start(), Upstream.start(), server.start(0, '127.0.0.1')]);
  server.issuer.url = `http://127.0.0.1:${server.address().port}`;
});

afterAll(() => Promise.all([app.stop(), api.stop(), server.stop()]));

beforeEach(() => {
  [exchanges.length, revocations] = [0, 0];
  server.service.on('beforeResponse', ({ body }: MutableResponse, request: { body: Fields }) => {
    exchanges.push({ sent: request.body, given: body as Fields });
  });
  server.service.on('beforeRevoke', () => revocations++);
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
});

afterEach(() => {
  server.service.removeAllListeners();
});

/** Creates a user of an action that signs in at this server, with endpoints from its metadata. */
async function user(more: object = {}): Promise<EndUser> {
  const gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS), {
    type: 'oauth',
    issuer: server.issuer.url,
    client_id: 'countersign',
    client_secret: 'any secret',
    scope: 'notes',
    ...more,
  });
  return new EndUser(gpt, 'alice');
}

const signIn = async (more: object = {}): Promise<SignInAttempt> => (await user(more)).signsIn();

/** Returns the result of a sign-in and its diagnosis. */
const outcomeOf = async (attempt: SignInAttempt) => {
  const { status, error } = await attempt.view();
  const { diagnosis_code } = await attempt.trace();
  return { status, code: error?.code, diagnosis_code };
};

describe('with oauth2-mock-server, configured by its metadata', () => {
  it('a user signs in with PKCE, calls with a JWT, is refreshed with rotating refresh tokens, and disconnects', async () => {
    const attempt = await signIn({ pkce: 'required' });
    const alice = attempt.user;
    expect(await attempt.view()).toMatchObject({ status: 'connected', error: null });
    expect(exchanges[0]?.sent).toMatchObject({
      grant_type: 'authorization_code',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (let round = 0; round < 3; round++) {
      expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
      expect(api.last.headers['authorization']).toMatch(/^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(api.last.headers['authorization']).toBe(`Bearer ${exchanges.at(-1)?.given['access_token']}`);
      app.clock.advance({ hours: 2 });
    }
    const [, ...used] = exchanges.map(({ sent }) => sent['refresh_token']);
    expect(used).toEqual(exchanges.slice(0, -1).map(({ given }) => given['refresh_token']));
    expect(new Set(used).size).toBe(2);
    expect((await alice.disconnects()).status).toBe(204);
    expect(revocations).toBe(2);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });

  it('security rule C12: a verifier that does not match the challenge is rejected by the server', async () => {
    const attempt = await (await user()).startsSigningIn();
    const forged = new URL(attempt.authorizationUrl);
    forged.searchParams.set('code_challenge', 'x'.repeat(43));
    attempt.authorizationUrl = forged.href;
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    expect((await outcomeOf(attempt)).status).toBe('failed');
    expect(exchanges).toEqual([]);
  });
});

describe('with oauth2-mock-server, when it fails', () => {
  /** Replaces every token response. */
  const answers = (status: number, body: MutableResponse['body']) =>
    server.service.on('beforeResponse', (answer: MutableResponse) =>
      Object.assign(answer, { statusCode: status, body }),
    );

  const redirects = (change: (query: URLSearchParams) => void) =>
    server.service.once('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri) => change(url.searchParams));

  it.each<[string, number, MutableResponse['body'], string, string]>([
    ['an error', 401, { error: 'invalid_client' }, 'invalid_client', 'client_refused'],
    ['an error with status 200', 200, { error: 'invalid_client' }, 'invalid_client', 'client_refused'],
    ['status 503', 503, { error: 'temporarily_unavailable' }, 'provider_unavailable', 'provider_failing'],
    ['a response without a token', 200, { token_type: 'Bearer' }, 'no_access_token', 'access_token_missing'],
    ['an empty response', 200, '', 'unreadable_answer', 'answer_unreadable'],
  ])('provider quirk 3: %s fails the sign-in, and is diagnosed', async (_, status, body, code, diagnosis_code) => {
    answers(status, body);
    expect(await outcomeOf(await signIn())).toEqual({ status: 'failed', code, diagnosis_code });
    expect(exchanges).toHaveLength(1);
  });

  it('provider quirk 15: a dropped or changed state is rejected', async () => {
    for (const [change, diagnosis_code] of [
      [(query: URLSearchParams) => query.delete('state'), 'state_missing'],
      [(query: URLSearchParams) => query.set('state', 'another'), 'state_unknown'],
    ] as const) {
      redirects(change);
      expect(await outcomeOf(await signIn())).toMatchObject({ status: 'pending', diagnosis_code });
    }
    expect(exchanges).toEqual([]);
  });

  it('provider quirk 22: access_denied means that the user denied access', async () => {
    redirects((query) => {
      query.delete('code');
      query.set('error', 'access_denied');
    });
    const outcome = { status: 'denied', code: 'access_denied', diagnosis_code: 'user_denied' };
    expect(await outcomeOf(await signIn())).toEqual(outcome);
  });

  it('security rule C7: the iss of another server is rejected', async () => {
    redirects((query) => query.set('iss', 'https://evil.example.com'));
    expect(await outcomeOf(await signIn())).toMatchObject({ status: 'failed', code: 'iss_mismatch' });
    expect(exchanges).toEqual([]);
  });

  it('security rules C30, C31: a failed refresh keeps the tokens, and invalid_grant requires a new sign-in', async () => {
    const { user: alice } = await signIn();
    app.clock.advance({ hours: 2 });
    answers(503, '');
    expect((await alice.calls()).body).toMatchObject({ code: 'credential_unavailable' });
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    app.clock.advance({ hours: 2 });
    answers(400, { error: 'invalid_grant' });
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
  });

  it('security rule C39: a failed revocation disconnects the user nevertheless', async () => {
    const { user: alice } = await signIn();
    server.service.on('beforeRevoke', (answer: StatusCodeMutableResponse) => (answer.statusCode = 503));
    expect((await alice.disconnects()).status).toBe(204);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });
});
